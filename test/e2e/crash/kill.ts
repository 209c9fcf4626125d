import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Victim } from './scenario.js';

/** An encoder runs only now and then. */
const WAIT_FOR_VICTIM_MS = 2_000;

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
    const processes = await allProcesses();
    if (victim === 'backend')
      return processes.find(
        ({ parent, command }) => parent === postmaster && /^postgres: mediaflow /.test(command),
      )?.pid;
    const family = new Set([place.serverPid]);
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
    return processes.find(({ pid, name }) => family.has(pid) && name === 'ffmpeg')?.pid;
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

/** In the order of their ids, so that parents mostly come before their children. */
async function allProcesses() {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
      return { pid, parent, name: /^Name:\s*(\S+)/m.exec(status)?.[1] ?? '', command };
    }),
  );
  return found.toSorted((a, b) => a.pid - b.pid);
}
