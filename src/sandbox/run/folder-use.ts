import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';

export interface FolderUse {
  readonly bytes: number;
  /** Of all kinds, folders too. */
  readonly entries: number;
  /** Deeper than anything of ours, or closed to us: what else is there nobody knows. */
  readonly isHiding: boolean;
}

const mostDepth = 4;

/** Names that are no text have to be found again. */
const encoding = 'latin1';
const inside = (folder: Buffer, { name }: Dirent): Buffer =>
  Buffer.concat([folder, Buffer.from('/'), Buffer.from(name, encoding)]);

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * What a folder takes, while somebody else writes to it: files by their size or by what they hold of the disk, whichever
 * is more. Stops counting at `mostEntries`.
 */
export async function folderUse(folder: string, mostEntries: number): Promise<FolderUse> {
  let [bytes, entries, isHiding] = [0, 0, false];
  async function count(path: Buffer, depth: number): Promise<void> {
    if (depth > mostDepth) {
      isHiding = true;
      return;
    }
    for await (const entry of await opendir(path, { encoding, bufferSize: 256 })) {
      entries += 1;
      if (entries > mostEntries) return;
      const inner = inside(path, entry);
      try {
        if (entry.isDirectory()) await count(inner, depth + 1);
        else {
          const { size, blocks } = await lstat(inner);
          bytes += Math.max(size, blocks * 512);
        }
      } catch (error) {
        if (!isGone(error)) isHiding = true;
      }
    }
  }
  await count(Buffer.from(folder), 0);
  return { bytes, entries, isHiding };
}
