import { constants } from 'node:fs';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { conflict, MediaFlowError, messageOf } from '../../core/errors.js';

export interface FolderLock {
  /** Gives the folder back; safe to call twice. */
  release(): Promise<void>;
}

const SQLITE_BUSY = 5;
/** How long a refused starter waits for the winner to write down its pid. */
const HOLDER_DEADLINE_MS = 2000;

// A collected handle would drop its lock, so a held lock must stay reachable whatever its owner does.
const held = new Set<DatabaseSync>();

/**
 * Reserves the data folder (made when missing) for this process; the operating system releases it when
 * the process ends in any way, so there is no stale lock to clean up.
 *
 * Node has no file locks; SQLite, which Node carries, takes one for an open exclusive transaction. Unlike a
 * pid file it has no race between two starters, no reused pid, and it holds across containers of one host.
 *
 * Errors: `data_folder_in_use` (details: `pid` when known), `data_folder_not_writable`.
 */
export async function lockDataFolder(dataFolder: string): Promise<FolderLock> {
  const lockPath = join(dataFolder, 'mediaflow.lock');
  const pidPath = join(dataFolder, 'mediaflow.pid');
  await ensureWritableFolder(dataFolder, lockPath);
  const database = tryLock(lockPath);
  if (database === undefined) throw folderInUse(dataFolder, await readHolder(pidPath));
  held.add(database);
  let released = false;
  const release = async () => {
    if (released) return;
    released = true;
    await rm(pidPath, { force: true });
    held.delete(database);
    database.close();
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

async function ensureWritableFolder(dataFolder: string, lockPath: string): Promise<void> {
  try {
    // Made by root, others may pass through it (not list it): PostgreSQL runs as another user below it.
    await mkdir(dataFolder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    await access(dataFolder, constants.W_OK | constants.X_OK);
    // Only `access`: opening and closing the file would drop a lock that this process holds on it.
    await access(lockPath, constants.R_OK | constants.W_OK).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  } catch (error) {
    throw notWritable(dataFolder, error);
  }
}

/** The open handle that holds the lock, or undefined when another holds it. */
function tryLock(lockPath: string): DatabaseSync | undefined {
  const database = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw new MediaFlowError(
      'internal',
      'data_folder_not_lockable',
      `The file system of ${lockPath} does not support file locks (${messageOf(error)}). Use a local disk for the data folder.`,
      {},
      { cause: error },
    );
  }
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

const folderInUse = (dataFolder: string, pid: number | undefined) =>
  conflict(
    'data_folder_in_use',
    `Another MediaFlow${pid === undefined ? '' : ` (process ${pid})`} is using the data folder ${dataFolder}. ` +
      'Stop it, or choose another folder with MEDIAFLOW_DATA.',
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
