import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { allProcesses, type ChildProcess, descendantsOf } from '../../support/child-processes.js';
import type { Victim } from './scenario.js';

/** An encoder runs only now and then. */
const WAIT_FOR_VICTIM_MS = 2_000;

const IS = {
  ffmpeg: ({ name }: ChildProcess) => name === 'ffmpeg',
  pictures: ({ command }: ChildProcess) => command.includes('pictures/process/main'),
};

/** kill -9 of a process that the product has started; whether there was one. */
export async function killChild(
  victim: Exclude<Victim, 'server'>,
  place: { readonly serverPid: number; readonly dataFolder: string },
): Promise<boolean> {
  const find = async () => {
    const postmaster = Number(
      (await readFile(join(place.dataFolder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0],
    );
    if (victim === 'postmaster') return postmaster;
    if (victim === 'ffmpeg' || victim === 'pictures')
      return (await descendantsOf(place.serverPid)).find(IS[victim])?.pid;
    return (await allProcesses()).find(
      ({ parent, command }) => parent === postmaster && /^postgres: mediaflow_app /.test(command),
    )?.pid;
  };
  const deadline = performance.now() + WAIT_FOR_VICTIM_MS;
  do {
    const pid = await find().catch(() => undefined);
    try {
      if (pid) return process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself in this moment.
    }
    await delay(20);
  } while (performance.now() < deadline);
  return false;
}
