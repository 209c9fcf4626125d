import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs ffmpeg with lavfi sources; the last word is the file it makes, which is returned. */
export async function make(path: string, ...words: string[]): Promise<string> {
  await run('ffmpeg', ['-v', 'error', '-y', ...words, path]);
  return path;
}

export const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];
export const picture = (size: string, seconds: number, rate = 4): string[] =>
  lavfi(`testsrc2=size=${size}:rate=${rate}:duration=${seconds}`);
export const sound = (seconds: number, frequency = 440): string[] =>
  lavfi(`sine=frequency=${frequency}:duration=${seconds}`);
export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
export const aac = ['-c:a', 'aac', '-b:a', '64k'];

export const german = ['-metadata:s:a:0', 'language=deu'];

/** A picture that changes, with sound: what nothing is wrong with. */
export const makeGoodClip = (path: string, seconds = 2, size = '160x120'): Promise<string> =>
  make(path, ...picture(size, seconds), ...sound(seconds), ...h264, ...aac, ...german, '-shortest');
