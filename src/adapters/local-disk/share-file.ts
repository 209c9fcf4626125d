import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode, syncFolder } from './durable-files.js';
import { statIfThere } from './file-tree.js';

const CHUNK_BYTES = 1024 * 1024;

/** A file system without links, of another device, with as many of this file as it can, or one of them is gone. */
const NOT_HERE = [
  ...['EMLINK', 'EXDEV', 'EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'],
  ...['ENOENT', 'ENOTDIR'],
];

/**
 * Makes `to` a link of the file `from` if both are the same byte for byte, by a rename: no moment is without a file there. Tells
 * whether they are one file now. `draft` is a name of nobody's on the same device. No folder is made: what is removed
 * meanwhile stays so. Throws the signal's reason.
 */
export async function shareFile(options: {
  readonly from: string;
  readonly to: string;
  readonly draft: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<boolean> {
  const { from, to, draft, signal } = options;
  const [first, second] = await Promise.all([statIfThere(from), statIfThere(to)]);
  if (!first?.isFile() || !second?.isFile() || first.size !== second.size) return false;
  if (first.ino === second.ino && first.dev === second.dev) return true;
  try {
    // Linked before it is read: what is compared is what takes the place, whatever becomes of `from`.
    await link(from, draft);
    if (!(await areSame(draft, to, signal))) return false;
    // Reading takes minutes, and what was removed meanwhile must not come back.
    const now = await statIfThere(to);
    if (now?.ino !== second.ino || now.dev !== second.dev) return false;
    await rename(draft, to);
    await syncFolder(dirname(to));
    return true;
  } catch (error) {
    if (hasCode(error, ...NOT_HERE)) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function areSame(one: string, other: string, signal?: AbortSignal): Promise<boolean> {
  await using first = await open(one, 'r');
  await using second = await open(other, 'r');
  const [left, right] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
  for (let at = 0; ; ) {
    signal?.throwIfAborted();
    const [a, b] = await Promise.all([readFully(first, left, at), readFully(second, right, at)]);
    if (!left.subarray(0, a).equals(right.subarray(0, b))) return false;
    if (a < CHUNK_BYTES) return true;
    at += a;
  }
}

/** Fills the buffer, or as much of it as the file has; a read may bring less. */
async function readFully(file: FileHandle, buffer: Buffer, at: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
