import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder with the parents that are missing; gives those it made, the topmost first. Who removes one of them
 * meanwhile makes it fail with ENOENT.
 *
 * Not with Node's `recursive`: that asks for ever where a folder is there and answers ENOENT to whoever wants to make
 * one in it, as `/proc`, the folders of automounters and volumes that were taken away do.
 */
export async function makeFolders(path: string, mode = 0o777): Promise<string[]> {
  const parent = dirname(path);
  let made: readonly string[] = [];
  try {
    return (await makeUnlessThere(path, mode)) ? [path] : [];
  } catch (error) {
    if (parent === path || !isMissing(error)) throw error;
    made = await makeFolders(parent, mode);
  }
  return (await makeUnlessThere(path, mode)) ? [...made, path] : [...made];
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function makeUnlessThere(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    // Which error it is for one that is there depends on the file system and on the rights to its parent.
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) return false;
    throw error;
  }
}
