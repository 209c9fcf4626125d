import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** As files of the cache are named. */
const fileName = /^[0-9a-f]{64}$/;

/** Removes those that were not used for longest until the rest have at most so many bytes. */
export async function makeRoom(folder: string, keptBytes: number): Promise<void> {
  const files: { readonly path: string; readonly sizeBytes: number; readonly usedAt: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!fileName.test(name)) continue;
    const path = join(folder, name);
    // Another process may have removed it.
    const found = await stat(path).catch(() => undefined);
    if (found) files.push({ path, sizeBytes: found.size, usedAt: found.mtimeMs });
  }
  let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { path, sizeBytes } of files.sort((one, other) => one.usedAt - other.usedAt)) {
    if (total <= keptBytes) return;
    await rm(path, { force: true });
    total -= sizeBytes;
  }
}
