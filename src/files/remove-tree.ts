import { randomUUID } from 'node:crypto';
import { chmod, lstat, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export const pathIn = (folder: string, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/`), name]);

/**
 * Removes what somebody else has made, a folder however deep and closed, whatever is named what: a path of more than
 * 4096 bytes nobody can name, so folders are brought up into `place` one by one, which is on the same disk and nobody
 * else's.
 */
export async function removeTree(path: Buffer, place: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return unlink(path);
  const waiting = [await bringUp(path, place)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true, encoding: 'buffer' })) {
      const inner = pathIn(next, entry.name);
      if (entry.isDirectory()) waiting.push(await bringUp(inner, place));
      else await unlink(inner);
    }
    await rmdir(next);
  }
}

const attempts = 4;

/** Removes a folder of ours, whatever others have put into it, also while they still do. Harmless when it is gone. */
export async function removeFolder(folder: string): Promise<void> {
  for (let left = attempts - 1; ; left -= 1) {
    try {
      return await removeOnce(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !(await isThere(folder))) return;
      if (left === 0) throw error;
    }
  }
}

async function removeOnce(folder: string): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) return unlink(folder);
  await chmod(folder, 0o700);
  for (const name of await readdir(folder, { encoding: 'buffer' }))
    await removeTree(pathIn(folder, name), folder).catch(unlessGone);
  await rmdir(folder);
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** A closed folder can be neither moved nor read. */
async function bringUp(folder: Buffer, place: string): Promise<string> {
  const broughtUp = join(place, randomUUID());
  await chmod(folder, 0o700);
  await rename(folder, broughtUp);
  return broughtUp;
}
