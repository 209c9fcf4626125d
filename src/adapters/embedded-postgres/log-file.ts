import { copyFile, open, stat, truncate } from 'node:fs/promises';

const LIMIT_BYTES = 10 * 1024 * 1024;

/** Keeps `<path>` and one older copy `<path>.1` below about 10 MB each, also while a server appends to it. */
export async function limitLog(path: string, limitBytes = LIMIT_BYTES): Promise<void> {
  const size = await sizeOf(path);
  if (size <= limitBytes) return;
  // A runaway log may be far above the limit: then a second copy of it is the last thing the disk needs.
  if (size <= 4 * limitBytes) await copyFile(path, `${path}.1`).catch(() => {});
  await truncate(path);
}

/** Size in bytes; 0 when there is no such file. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (found) => found.size,
    () => 0,
  );

/** What was written after `offset` bytes, at most its last 64 KB. */
export async function readLogAfter(path: string, offset: number): Promise<string> {
  const file = await open(path);
  try {
    const size = (await file.stat()).size;
    const start = Math.max(size < offset ? 0 : offset, size - 65_536);
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
