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
