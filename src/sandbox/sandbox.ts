import { type FileHandle, open, realpath } from 'node:fs/promises';
import type { SandboxLevel } from '../core/tool-description.js';
import { toolAccount } from './account.js';
import { type ConfinedRun, type ConfinedTool, confine, type Launch, type Place } from './confine.js';
import { lendFile, lendFolder } from './lend.js';

export interface Entered {
  readonly launch: Launch & {
    readonly inputDescriptor: number | undefined;
    readonly toolDescriptor: number | undefined;
  };
  leave(): Promise<void>;
}

/** Where a tool runs, and what it gets hold of there. */
export interface Sandbox {
  readonly level: SandboxLevel;
  readonly runsAsRoot: boolean;
  /** What it asks of the kernel is filtered: it can start no other process, among others. */
  readonly filtersCalls: boolean;
  /**
   * Hands a run what it reads and writes. `leave` takes it back when the run is over; it throws `forbidden_output`, see
   * `lendFolder`.
   */
  enter(run: ConfinedRun, input?: FileHandle): Promise<Entered>;
}

export function createSandbox(place: Place, tool: ConfinedTool): Sandbox {
  const { level, launchers } = place;
  const isAsOurselves = level === 'off' || level === 'limits' || !launchers.isRoot;
  const account = isAsOurselves ? undefined : toolAccount;
  return {
    level,
    runsAsRoot: launchers.isRoot && account === undefined,
    filtersCalls: place.callFilter !== undefined,
    async enter(run, input) {
      if (account && input && !tool.readsDescriptors) await lendFile(input, account);
      // A link may lead to where nothing is to be seen, and to somewhere else tomorrow.
      const path = level === 'files' ? await realpath(tool.path) : tool.path;
      const takeBack =
        run.workFolder === undefined ? async () => {} : await lendFolder(run.workFolder, account);
      const launch = confine(place, { ...tool, path }, run);
      const executable = launch.takesTool ? await open(path) : undefined;
      const leave = async () => {
        await executable?.close();
        await takeBack();
      };
      const inputDescriptor = launch.takesInput ? input?.fd : undefined;
      return { launch: { ...launch, inputDescriptor, toolDescriptor: executable?.fd }, leave };
    },
  };
}
