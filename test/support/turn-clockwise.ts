import { readFile, writeFile } from 'node:fs/promises';

/** Gives the first track of an MP4 the display matrix of a phone held upright; not every ffmpeg can write one. */
export async function turnClockwise(path: string): Promise<void> {
  const bytes = await readFile(path);
  const matrixAt = bytes.indexOf('tkhd') + 44;
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
  for (const [index, value] of matrix.entries()) bytes.writeInt32BE(value, matrixAt + index * 4);
  await writeFile(path, bytes);
}
