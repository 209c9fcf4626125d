import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs the ffmpeg that is found on the PATH; the last word is the file it makes. */
export const ffmpeg = (...words: string[]) => execute('ffmpeg', ['-v', 'error', '-y', '-nostdin', ...words]);

export const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];
export const picture = ({ size = '128x72', rate = '25', seconds = 2 } = {}): string[] =>
  lavfi(`testsrc2=size=${size}:rate=${rate}:duration=${seconds}`);
export const tone = (seconds = 2, frequency = 440): string[] =>
  lavfi(`sine=frequency=${frequency}:sample_rate=48000:duration=${seconds}`);

export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
export const aac = ['-c:a', 'aac', '-b:a', '64k'];

/** Picture and tone in H.264 and AAC, with what else is asked for before the output. */
export const clip = (path: string, ...words: string[]) =>
  ffmpeg(...picture(), ...tone(), ...h264, ...aac, ...words, path);

/** Rewrites a file's bytes in place. */
export async function changeBytes(
  path: string,
  change: (bytes: Buffer) => Buffer | undefined,
): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, change(bytes) ?? bytes);
}

/** Where the `nth` of a mark stands. Throws when there are not so many. */
export function placeOf(bytes: Buffer, mark: string | Buffer, nth = 0): number {
  let at = -1;
  for (let found = 0; found <= nth; found += 1) {
    at = bytes.indexOf(mark, at + 1);
    if (at < 0) throw new Error(`There are only ${found} of ${mark.toString('hex')}`);
  }
  return at;
}

/** The payload of the `nth` box of this type of an MP4 or MOV. */
export function boxOf(bytes: Buffer, type: string, nth = 0): Buffer {
  const at = placeOf(bytes, Buffer.from(type, 'latin1'), nth);
  return bytes.subarray(at + 4, at - 4 + bytes.readUInt32BE(at - 4));
}
