import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hasCode } from './durable-files.js';

/** Another machine's processes cannot be asked whether they live, so their files are given this long. */
const foreignFileLifetimeSeconds = 24 * 3600;

/** Tells the files of this run from those of an earlier process with the same id (in a container it is always 1). */
const run = randomUUID();
const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-');

/** A path that no other process takes, and whose owner can be told when it is found left behind. */
export const temporaryPath = (folder: string): string =>
  join(folder, [host, process.pid, run, randomUUID()].join('.'));

/** Removes what processes that are no more left behind; files of living ones stay. */
export async function sweepTemporaryFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (await isLeftBehind(name, path)) await rm(path, { recursive: true, force: true });
  }
}

async function isLeftBehind(name: string, path: string): Promise<boolean> {
  const [ownerHost, ownerProcess, ownerRun] = name.split('.');
  if (ownerRun === run) return false;
  if (ownerHost === host) return Number(ownerProcess) === process.pid || !isAlive(Number(ownerProcess));
  const { mtimeMs } = await stat(path);
  return Date.now() - mtimeMs > foreignFileLifetimeSeconds * 1000;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
