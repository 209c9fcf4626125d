import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, given by its absolute path, with the parents that are missing; gives those it made, the topmost first.
 * Not with Node's `recursive`: that asks for ever where a folder is there and answers ENOENT to whoever wants to make
 * one in it, as `/proc` and the folders of automounters do.
 */
export async function makeFolders(path: string, mode: number): Promise<string[]> {
  const parent = dirname(path);
  const made = parent === path ? [] : await makeFolders(parent, mode);
  return (await makeUnlessThere(path, mode)) ? [...made, path] : made;
}

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
