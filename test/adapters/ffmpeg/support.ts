import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createToolFinder, type ToolPlaces } from '../../../src/adapters/ffmpeg/find-tools.js';
import type { MediaTools } from '../../../src/core/sound-tools.js';
import type { RgbImage, Rung } from '../../../src/core/video-tools.js';

export const run = promisify(execFile);
export const neverAborted = new AbortController().signal;

export interface ToolSet {
  readonly label: string;
  readonly places: ToolPlaces;
  readonly tools: MediaTools;
}

const places = {
  'the system': { npmPackages: false },
  npm: { searchPath: '' },
} as const satisfies Record<string, ToolPlaces>;

/** The sets of tools this machine can offer: every suite runs on each. */
export const toolSets: readonly ToolSet[] = (
  await Promise.all(
    Object.entries(places).map(async ([label, place]) => {
      const tools = createFfmpegVideoTools({ ...place, preset: 'superfast' });
      const { ffmpeg, ffprobe } = await tools.describe();
      return ffmpeg.available && ffprobe.available
        ? [{ label: `tools from ${label}`, places: place, tools }]
        : [];
    }),
  )
).flat();

const finder = createToolFinder({});
const [ffmpeg, ffprobe] = await Promise.all([finder.find('ffmpeg'), finder.find('ffprobe')]);

/** Makes a file with ffmpeg, free of our own argument builders. */
export async function makeFile(path: string, ...words: string[]): Promise<string> {
  await run(ffmpeg.path, ['-v', 'error', '-y', '-nostdin', ...words, path]);
  return path;
}

/** What ffmpeg writes to its standard output. */
export const runFfmpeg = async (...words: string[]): Promise<Buffer> =>
  (
    await run(ffmpeg.path, ['-v', 'error', '-nostdin', ...words], {
      encoding: 'buffer',
      maxBuffer: 512 << 20,
    })
  ).stdout;

/** A moving picture and, with `sound`, a tone. */
export const picture = (size: string, frameRate: number, seconds: number): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${frameRate}:duration=${seconds}`],
];
export const tone = (seconds: number, frequency = 440): string[] => [
  ...['-f', 'lavfi', '-i', `sine=frequency=${frequency}:duration=${seconds}`],
];
export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];

/** Three seconds of red and then, in frames of another size and shape, three of blue: pieces of a transport stream put together. */
export async function makeTwoSizes(path: string): Promise<void> {
  const pieces = [
    ['red', '320x180'],
    ['blue', '128x160'],
  ].map(async ([colour, size]) => {
    const piece = `${path}.${colour}.ts`;
    const source = `color=${colour}:size=${size}:rate=10:duration=3`;
    return readFile(await makeFile(piece, '-f', 'lavfi', '-i', source, ...tone(3), ...h264));
  });
  await writeFile(path, Buffer.concat(await Promise.all(pieces)));
}

/** As many frames, at the middles of equal parts. */
export const evenly = (spreadFrames: number) => ({ spreadFrames, unlikeFrames: 0, random: () => 0.5 });

/** The strongest colour in the middle. */
export function strongest({ pixels, width, height }: RgbImage): 'red' | 'green' | 'blue' {
  const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3;
  const [red = 0, green = 0, blue = 0] = pixels.subarray(middle, middle + 3);
  return red > green && red > blue ? 'red' : green > blue ? 'green' : 'blue';
}

/** Makes the header of a Matroska file, and its tags, tell a duration that need not be true. */
export async function tellDuration(path: string, seconds: number): Promise<void> {
  const bytes = await readFile(path);
  // Element 0x4489 of eight bytes, in milliseconds as a double.
  bytes.writeDoubleBE(seconds * 1000, bytes.indexOf('448988', 0, 'hex') + 3);
  for (let at = bytes.indexOf('DURATION'); at >= 0; at = bytes.indexOf('DURATION', at)) bytes.write('X', at);
  await writeFile(path, bytes);
}

/** Makes every entry of a Matroska file's index lead to the last place it names. */
export async function misleadIndex(path: string): Promise<void> {
  const bytes = await readFile(path);
  const cues = bytes.lastIndexOf('1c53bb6b', undefined, 'hex');
  // CueClusterPosition: 0xF1, the length of the number, the number.
  const entries: { readonly at: number; readonly length: number; readonly place: number }[] = [];
  for (let at = bytes.indexOf(0xf1, cues); at >= 0; at = bytes.indexOf(0xf1, at + 1)) {
    const length = bytes.readUInt8(at + 1) - 0x80;
    if (length >= 1 && length <= 4 && at + 2 + length <= bytes.length)
      entries.push({ at: at + 2, length, place: bytes.readUIntBE(at + 2, length) });
  }
  const known = entries.filter(({ place }) => place < bytes.length);
  const last = Math.max(...known.map(({ place }) => place));
  for (const { at, length } of known) if (last < 256 ** length) bytes.writeUIntBE(last, at, length);
  await writeFile(path, bytes);
}

/** ffprobe's own view of a file, whatever protocol and format it needs. */
export async function ffprobeLines(path: string, ...words: string[]): Promise<string[]> {
  const { stdout } = await run(ffprobe.path, ['-v', 'error', '-of', 'csv=p=0', ...words, path], {
    env: { GCONV_PATH: '/nonexistent' },
    maxBuffer: 16 << 20,
  });
  return stdout.split('\n').filter(Boolean);
}

/** The numbers of the first frame, or of all; nothing is converted where they are in this pixel format already. */
export async function decodedAs(
  path: string,
  pixelFormat: string,
  wanted: 'first frame' | 'all frames' = 'first frame',
): Promise<Buffer> {
  const limit = wanted === 'first frame' ? ['-frames:v', '1'] : [];
  const words = [...limit, '-pix_fmt', pixelFormat, '-f', 'rawvideo', 'pipe:1'];
  const { stdout } = await run(
    ffmpeg.path,
    [
      '-v',
      'error',
      '-nostdin',
      ...(path.endsWith('.m3u8') ? ['-allowed_extensions', 'ALL'] : []),
      '-i',
      path,
      ...words,
    ],
    { encoding: 'buffer', maxBuffer: 64 << 20 },
  );
  return stdout;
}

/** What a filter that looks for something says of a file. */
export async function ffmpegSays(path: string, ...words: string[]): Promise<string> {
  return (await run(ffmpeg.path, ['-hide_banner', '-nostdin', '-i', path, ...words, '-f', 'null', '-']))
    .stderr;
}

/** A folder that goes when the file's tests have ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-ffmpeg-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const rung = (width: number, height: number, frameRate = 25): Rung => ({
  name: `${height}p`,
  width,
  height,
  frameRate,
  bitrateBps: 300_000,
  peakBitrateBps: 600_000,
});

const sharedMedia = new URL('../../../../shared/media/', import.meta.url).pathname;
/** A real file to test with, undefined where there are none. */
export const realFile = (name: string): string | undefined =>
  existsSync(join(sharedMedia, name)) ? join(sharedMedia, name) : undefined;
