import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A picture that changes, with sound. */
export async function makeClip(path: string, seconds: number, size = '640x360'): Promise<string> {
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest', path],
  ]);
  return path;
}

export async function makePhoto(path: string, size: string): Promise<string> {
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=${size}`, '-frames:v', '1', path],
  ]);
  return path;
}

/** Of so many frames, a tenth of a second each. */
export async function makeAnimation(path: string, frames: number): Promise<string> {
  const pictures = `testsrc2=size=160x90:rate=10:duration=${frames / 10}`;
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', pictures, path]);
  return path;
}

/** Sound without a picture. */
export async function makeSong(path: string, seconds: number): Promise<string> {
  const tone = `sine=frequency=440:duration=${seconds}`;
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', tone, path]);
  return path;
}

const sharedMedia = fileURLToPath(new URL('../../../../shared/media/', import.meta.url));

/** A real file where the collection is present, else undefined. */
export function realFile(name: string): string | undefined {
  const path = `${sharedMedia}${name}`;
  return existsSync(path) ? path : undefined;
}

/** What ffprobe makes of an address: kinds of its streams and its duration. */
export async function probeUrl(url: string): Promise<{ kinds: string[]; durationSeconds: number }> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-show_entries', 'stream=codec_type:format=duration', url],
  ]);
  const { streams, format } = JSON.parse(stdout) as {
    streams: { codec_type: string }[];
    format: { duration: string };
  };
  return {
    kinds: [...new Set(streams.map((stream) => stream.codec_type))].toSorted(),
    durationSeconds: Number(format.duration),
  };
}
