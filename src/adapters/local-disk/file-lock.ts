import { DatabaseSync } from 'node:sqlite';
import { MediaFlowError, messageOf } from '../../core/errors.js';

export interface FileLock {
  /** Safe to call twice. */
  release(): void;
}

/** Any number of processes may hold a lock `shared`, as long as none holds it `exclusive`. */
export type LockMode = 'exclusive' | 'shared';

const SQLITE_BUSY = 5;
/** A refused exclusive attempt keeps sharers out for a moment, so they try for longer than that. */
const SHARED_PATIENCE_MILLISECONDS = 1000;

const BEGIN: Readonly<Record<LockMode, string>> = {
  exclusive: 'pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive',
  // A transaction takes its lock with the first read.
  shared: 'begin; select count(*) from sqlite_master',
};

// A collected handle would drop its lock, so a held lock must stay reachable whatever its owner does.
const held = new Set<DatabaseSync>();

/**
 * Locks a file (made when missing), or gives undefined when others hold it. The operating system releases it when the
 * process ends in any way, so there is no stale lock to clean up.
 *
 * Node has no file locks; SQLite, which Node carries, takes one for an open transaction. Unlike a pid file it has no
 * race between two starters, no reused pid, and it holds across containers of one host.
 *
 * Errors: `data_folder_not_lockable`.
 */
export function tryLockFile(path: string, mode: LockMode): FileLock | undefined {
  const database = new DatabaseSync(path, { timeout: mode === 'shared' ? SHARED_PATIENCE_MILLISECONDS : 0 });
  try {
    database.exec(BEGIN[mode]);
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw new MediaFlowError(
      'internal',
      'data_folder_not_lockable',
      `The file system of ${path} does not support file locks (${messageOf(error)}). Use a local disk for the data folder.`,
      {},
      { cause: error },
    );
  }
  held.add(database);
  return {
    release() {
      if (held.delete(database)) database.close();
    },
  };
}
