import { cp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertBlobKey } from '../../core/blob-key.js';
import { invalid } from '../../core/errors.js';
import { ensureFolder, hasCode, renameDurably, syncFile, syncFolder } from './durable-files.js';
import { temporaryPath } from './temporary-path.js';

/**
 * Moves every file below `source` to `target` and returns their paths from there. One rename where the target is
 * new, so that all of it appears at once; file by file where it is not. After an error or a crash, repeating moves
 * the rest.
 */
export async function moveFolder(options: {
  readonly prefix: string;
  readonly source: string;
  readonly target: string;
  readonly temporaryFolder: string;
}): Promise<readonly string[]> {
  const { prefix, source, target, temporaryFolder } = options;
  const { files, folders } = await contentsOf(source);
  for (const file of files) assertBlobKey(`${prefix}/${file}`);
  if (files.length > 0) {
    await ensureFolder(dirname(target));
    await syncAll(source, files, folders);
    try {
      await moveInto(target, source, files);
    } catch (error) {
      // A mount point cannot be renamed, another file system cannot be renamed from.
      if (!hasCode(error, 'EXDEV', 'EBUSY')) throw error;
      const copy = temporaryPath(temporaryFolder);
      try {
        await cp(source, copy, { recursive: true });
        await syncAll(copy, files, folders);
        await moveInto(target, copy, files);
      } finally {
        await rm(copy, { recursive: true, force: true });
      }
    }
  }
  await rm(source, { recursive: true, force: true });
  return files;
}

async function moveInto(target: string, source: string, files: readonly string[]): Promise<void> {
  try {
    await rename(source, target);
    await syncFolder(dirname(target));
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    for (const file of files) await renameDurably(join(source, file), join(target, file));
  }
}

async function contentsOf(root: string): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [''];
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const below = entry.parentPath.slice(root.length).replace(/^\//, '');
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory()) folders.push(path);
    else throw invalid('not_a_regular_file', `Only regular files can be stored: ${path}`, { path });
  }
  return { files: files.sort(), folders };
}

async function syncAll(root: string, files: readonly string[], folders: readonly string[]): Promise<void> {
  const waiting = [...files];
  const syncSome = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await syncFile(join(root, file));
  };
  await Promise.all(Array.from({ length: 8 }, syncSome));
  for (const folder of folders) await syncFolder(join(root, folder));
}
