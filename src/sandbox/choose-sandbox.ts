import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { type SandboxLevel, sandboxLevels } from '../core/tool-description.js';
import { makeFolders } from '../files/make-folders.js';
import type { ConfinedTool, Place } from './confine.js';
import { forbiddenCalls } from './forbidden-calls.js';
import { findLaunchers, type Launchers } from './launchers.js';
import { runGuarded } from './run/run-guarded.js';
import type { Tool } from './run/tool.js';
import { createSandbox, type Entered, type Sandbox } from './sandbox.js';

/** The best that works, or the least that has to. */
export type SandboxWish = 'auto' | SandboxLevel;

export interface SandboxChoice extends Sandbox {
  /** Why it is none of the better ones, best first. */
  readonly reasons: readonly string[];
}

export interface SandboxOptions {
  readonly wish: SandboxWish;
  /** Where files lie like those it is going to work on; default: the system's temporary folder. */
  readonly trialFolder?: string | undefined;
  readonly launchers?: Launchers;
  /** What is run there, and with which words to see whether it can. */
  readonly tool: Tool;
  readonly trial: readonly string[];
  /** It is told all it needs by pipes, and writes no file: so it is tried without any. */
  readonly needsNoFiles?: boolean;
}

/**
 * The best sandbox that a tool runs in on this machine, found by running it in each: kernels, containers and security
 * modules refuse what is installed in too many ways to be asked. Throws a sentence when it is less than wished for.
 */
export async function chooseSandbox(tool: ConfinedTool, options: SandboxOptions): Promise<SandboxChoice> {
  const { wish, launchers = findLaunchers() } = options;
  if (wish === 'off') return { ...createSandbox({ level: 'off', launchers }, tool), reasons: [] };
  const least = wish === 'auto' ? sandboxLevels : sandboxLevels.slice(0, sandboxLevels.indexOf(wish) + 1);
  const reasons: string[] = [];
  for (const level of least) {
    const tried = await tryLevel({ level, launchers }, tool, options);
    if ('problem' in tried) reasons.push(`${level}: ${tried.problem}`);
    else return { ...createSandbox(tried.place, tool), reasons: [...reasons, ...tried.without] };
  }
  throw new Error(`the sandbox ${wish} cannot be had (${reasons.join('; ')})`);
}

type Tried = { readonly place: Place; readonly without: readonly string[] } | { readonly problem: string };

/** With a filter of system calls where one can be had: without it, a tool that starts others is still seen by nobody. */
async function tryLevel(place: Place, tool: ConfinedTool, options: SandboxOptions): Promise<Tried> {
  if (place.level === 'off') return { place, without: [] };
  const missing = missingFor(place);
  if (missing !== undefined) return { problem: `${missing} is not installed` };
  const without: string[] = [];
  const isAlone = place.level === 'files';
  const filtered = { ...place, callFilter: forbiddenCalls(isAlone ? 'alone' : 'among others') };
  const why = whyNoFilter(filtered) ?? (await whyNot(filtered, tool, options));
  if (why === undefined) return { place: filtered, without };
  without.push(`its system calls are not filtered: ${why}`);
  const problem = await whyNot(place, tool, options);
  return problem === undefined ? { place, without } : { problem };
}

const limits = { addressSpaceBytes: 2 ** 34, fileBytes: 4096, cpuSeconds: 60 } as const;

async function whyNot(
  place: Place,
  confined: ConfinedTool,
  { trialFolder = tmpdir(), tool, trial, needsNoFiles = false }: SandboxOptions,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(trialFolder, 'sandbox-'));
  try {
    await tryShell(place, confined, tool, folder);
    await tryRun(createSandbox(place, confined), tool, needsNoFiles ? undefined : folder, () => trial);
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function whyNoFilter({ level, launchers, callFilter }: Place): string | undefined {
  if (!callFilter) return `there is none for ${process.arch}`;
  return level === 'files' || launchers.perl ? undefined : 'perl is not installed';
}

function missingFor({ level, launchers }: Place): string | undefined {
  const { bwrap, unshare, setpriv, isRoot } = launchers;
  if (level === 'files') return bwrap ? (isRoot && !setpriv ? 'setpriv' : undefined) : 'bubblewrap';
  if (level === 'network') return unshare ? (setpriv ? undefined : 'setpriv') : 'unshare';
  return level === 'privileges' && !setpriv ? 'setpriv' : undefined;
}

/** That what is lent can be read and written there, and comes back. */
async function tryShell(place: Place, confined: ConfinedTool, tool: Tool, folder: string) {
  const shell = createSandbox(place, { ...confined, path: '/bin/sh' });
  const word = 'lent';
  await tryRun(
    shell,
    tool,
    folder,
    (inputName) => [
      ...['-c', 'exec cat "$@" >output', 'sh'],
      // What reads descriptors has it as its standard input.
      ...(inputName.startsWith('file:') ? [inputName.slice('file:'.length)] : []),
    ],
    word,
  );
  if ((await readFile(join(folder, 'work', 'output'), 'utf8')) !== word)
    throw new Error('nothing came out of it');
}

async function tryRun(
  sandbox: Sandbox,
  tool: Tool,
  folder: string | undefined,
  argumentsFor: (inputName: string) => readonly string[],
  content = '',
): Promise<void> {
  if (folder === undefined) return runOnce(await sandbox.enter({ argumentsFor, limits }), tool);
  const workFolder = join(folder, 'work');
  const inputPath = join(folder, 'input');
  await makeFolders(workFolder);
  await writeFile(inputPath, content, { mode: 0o600 });
  const input = await open(inputPath);
  try {
    await runOnce(await sandbox.enter({ argumentsFor, inputPath, workFolder, limits }, input), tool);
  } finally {
    await input.close();
  }
}

async function runOnce({ launch, leave }: Entered, tool: Tool): Promise<void> {
  try {
    const { exitCode, stderr } = await runGuarded({
      ...launch,
      tool,
      signal: AbortSignal.timeout(20_000),
      wallClockSeconds: 20,
      stallSeconds: 20,
      maximumMemoryBytes: 2 ** 30,
      maximumOutputBytes: 2 ** 20,
    });
    if (exitCode !== 0) throw new Error(lastLine(stderr) ?? `it ended with ${exitCode}`);
  } finally {
    await leave();
  }
}

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined;
