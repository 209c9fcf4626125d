import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../../files/make-folders.js';
import { removeFolder } from '../../files/remove-tree.js';

/** Where the attempts of this process keep their files; no other process may use the same root. */
export interface WorkFolders {
  /** A new empty folder for this attempt; what an earlier run left under its name is gone. */
  create(jobId: string, attempt: number): Promise<string>;
  /** Repeating is harmless. */
  remove(folder: string): Promise<void>;
  /** Removes what a crash left behind, and nothing whose name is not an attempt's. Gives the number of folders. */
  sweep(): Promise<number>;
}

const attemptFolder = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d+$/;

export function createWorkFolders(root: string): WorkFolders {
  return {
    remove: removeFolder,
    async create(jobId, attempt) {
      const folder = join(root, `${jobId}-${attempt}`);
      await removeFolder(folder);
      await makeFolders(folder, 0o700);
      return folder;
    },
    async sweep() {
      await makeFolders(root, 0o700);
      const left = (await readdir(root)).filter((name) => attemptFolder.test(name));
      for (const name of left) await removeFolder(join(root, name));
      return left.length;
    },
  };
}
