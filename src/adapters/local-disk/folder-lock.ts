import { constants } from 'node:fs';
import { access, chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { conflict, MediaFlowError, messageOf } from '../../core/errors.js';
import { makeFolders } from '../../files/make-folders.js';
import { type FileLock, tryLockFile } from './file-lock.js';

export interface FolderLock {
  /** Gives the folder back; safe to call twice. */
  release(): Promise<void>;
}

/** How long a refused starter waits for the winner to write down its pid. */
const HOLDER_DEADLINE_MS = 2000;

/**
 * Reserves the data folder (made when missing) for this process alone, until the process ends in any way.
 *
 * Errors: `data_folder_in_use` (details: `pid` when known), `data_folder_not_writable`, `data_folder_not_lockable`.
 */
export async function lockDataFolder(dataFolder: string): Promise<FolderLock> {
  await ensureWritableFolder(dataFolder, 'mediaflow');
  return lockWithPid(dataFolder, 'mediaflow', (pid) =>
    folderInUse(dataFolder, `Another MediaFlow${named(pid)} is using`, pid),
  );
}

/**
 * Uses the data folder (made when missing) together with others that share it; whoever wants it alone is refused.
 *
 * Errors: as `lockDataFolder`.
 */
export async function shareDataFolder(dataFolder: string): Promise<FolderLock> {
  await ensureWritableFolder(dataFolder, 'mediaflow');
  const lock = tryLockFile(join(dataFolder, 'mediaflow.lock'), 'shared');
  if (lock) return { release: async () => lock.release() };
  const pid = await readHolder(join(dataFolder, 'mediaflow.pid'));
  throw folderInUse(dataFolder, `A MediaFlow without DATABASE_URL${named(pid)} is alone in`, pid);
}

/**
 * Reserves one role in a shared data folder for this process.
 *
 * Errors: `role_taken` (details: `pid` when known), `data_folder_not_writable`, `data_folder_not_lockable`.
 */
export async function lockRole(dataFolder: string, role: string): Promise<FolderLock> {
  await ensureWritableFolder(dataFolder, role);
  return lockWithPid(dataFolder, role, (pid) =>
    conflict(
      'role_taken',
      `Another MediaFlow${named(pid)} has the role ${role} on the data folder ${dataFolder}, ` +
        'and only one process of a folder can have it. Start this one with other roles.',
      { dataFolder, role, ...(pid !== undefined && { pid }) },
    ),
  );
}

async function lockWithPid(
  dataFolder: string,
  name: string,
  refusal: (holder: number | undefined) => Error,
): Promise<FolderLock> {
  const pidPath = join(dataFolder, `${name}.pid`);
  const lock: FileLock | undefined = tryLockFile(join(dataFolder, `${name}.lock`), 'exclusive');
  if (!lock) throw refusal(await readHolder(pidPath));
  let released = false;
  const release = async () => {
    if (released) return;
    released = true;
    await rm(pidPath, { force: true });
    lock.release();
  };
  try {
    const unfinishedPath = `${pidPath}.new`;
    await writeFile(unfinishedPath, `${process.pid}\n`);
    await rename(unfinishedPath, pidPath);
  } catch (error) {
    await release().catch(() => {});
    throw notWritable(dataFolder, error);
  }
  return { release };
}

async function ensureWritableFolder(dataFolder: string, lockName: string): Promise<void> {
  const lockPath = join(dataFolder, `${lockName}.lock`);
  try {
    await makeFolder(resolve(dataFolder));
    await access(dataFolder, constants.W_OK | constants.X_OK);
    // Only `access`: opening and closing the file would drop a lock that this process holds on it.
    await access(lockPath, constants.R_OK | constants.W_OK)
      // Whoever may read a file may lock it, and an earlier release let everybody.
      .then(() => chmod(lockPath, 0o600))
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
  } catch (error) {
    throw notWritable(dataFolder, error);
  }
}

async function makeFolder(dataFolder: string): Promise<void> {
  // Made by root, others may pass through it (not list it): PostgreSQL runs as another user below it.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  const made = await makeFolders(dataFolder, mode);
  // The umask of the process may have taken that right away.
  for (const folder of made) await chmod(folder, mode);
}

/** The holder writes its pid just after it has the lock, so an absent or dead pid is read again for a while. */
async function readHolder(pidPath: string): Promise<number | undefined> {
  const deadline = performance.now() + HOLDER_DEADLINE_MS;
  while (performance.now() < deadline) {
    const pid = Number.parseInt(await readFile(pidPath, 'utf8').catch(() => ''), 10);
    if (pid > 0 && isAlive(pid)) return pid;
    await delay(20);
  }
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const named = (pid: number | undefined): string => (pid === undefined ? '' : ` (process ${pid})`);

const folderInUse = (dataFolder: string, who: string, pid: number | undefined) =>
  conflict(
    'data_folder_in_use',
    `${who} the data folder ${dataFolder}. Stop it, or choose another folder with MEDIAFLOW_DATA; ` +
      'processes can share a folder only when all of them have the same DATABASE_URL.',
    { dataFolder, ...(pid !== undefined && { pid }) },
  );

const notWritable = (dataFolder: string, cause: unknown) =>
  new MediaFlowError(
    'internal',
    'data_folder_not_writable',
    `The data folder ${dataFolder} cannot be written (${messageOf(cause)}). ` +
      'Give this user write access to it, or choose another folder with MEDIAFLOW_DATA.',
    { dataFolder },
    { cause },
  );
