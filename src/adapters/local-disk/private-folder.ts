import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../../files/make-folders.js';
import { removeFolder } from '../../files/remove-tree.js';
import { tryLockFile } from './file-lock.js';
import { closeFolder } from './owner-only.js';

export interface PrivateFolder {
  readonly path: string;
  /** Removes the folder with all that is in it. Safe to call twice. */
  close(): Promise<void>;
}

const LOCK = '.lock';

/**
 * An empty folder below `parent` that no other process uses and no other user may enter, held by a lock beside it for as long as this process
 * lives. Removes the folders of processes that are no more; those of living ones stay, whichever container they are in.
 */
export async function openPrivateFolder(parent: string): Promise<PrivateFolder> {
  await makeFolders(parent, 0o700);
  await closeFolder(parent);
  await sweep(parent);
  for (;;) {
    const path = join(parent, randomUUID());
    const lock = tryLockFile(path + LOCK, 'exclusive');
    // Another's sweep may have come between the making of the file and its lock, and have removed it.
    if (!lock || !existsSync(path + LOCK)) {
      lock?.release();
      continue;
    }
    await mkdir(path, { mode: 0o700 });
    return {
      path,
      async close() {
        await removeFolder(path);
        await rm(path + LOCK, { force: true });
        lock.release();
      },
    };
  }
}

/** What cannot be removed stays for the next one to try: nobody needs it gone. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (name.endsWith(LOCK)) await removeUnlessHeld(path.slice(0, -LOCK.length)).catch(() => {});
    // The lock is there before the folder and goes after it: without one, nobody owns this.
    else if (!existsSync(path + LOCK)) await removeFolder(path).catch(() => {});
  }
}

async function removeUnlessHeld(path: string): Promise<void> {
  const lock = tryLockFile(path + LOCK, 'exclusive');
  if (!lock) return;
  try {
    await removeFolder(path);
    await rm(path + LOCK, { force: true });
  } finally {
    lock.release();
  }
}
