import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { conflict, MediaFlowError } from '../../core/errors.js';
import { makeFolders } from '../../files/make-folders.js';

export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** What the file system says, in the words of the port. */
export function asStoreError(error: unknown): unknown {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) {
    return new MediaFlowError(
      'storage-full',
      'storage_full',
      'There is no space left to store this',
      {},
      { cause: error },
    );
  }
  if (hasCode(error, 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY')) {
    return conflict('blob_key_conflict', 'A key cannot also be the prefix of another key');
  }
  return error;
}

/** A new name is on stable storage only once its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder with its parents, each of them on stable storage. */
export async function ensureFolder(folder: string): Promise<void> {
  const [firstMade] = await makeFolders(folder);
  if (firstMade === undefined) return;
  const top = dirname(firstMade);
  for (let at = dirname(folder); at.length >= top.length; at = dirname(at)) await syncFolder(at);
}

/** Renames into a folder that is made when missing, and waits until the new name is on stable storage. */
export async function renameDurably(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  for (let attempt = 1; ; attempt++) {
    try {
      await ensureFolder(folder);
      await rename(from, to);
      break;
    } catch (error) {
      // Somebody may remove the folder between the two calls.
      if (attempt < 5 && hasCode(error, 'ENOENT')) continue;
      throw error;
    }
  }
  await syncFolder(folder);
}

/** A new file in a folder that is made when missing; its name is on stable storage. */
export async function createDurably(path: string): Promise<FileHandle> {
  await ensureFolder(dirname(path));
  const file = await open(path, 'wx');
  await syncFolder(dirname(path));
  return file;
}
