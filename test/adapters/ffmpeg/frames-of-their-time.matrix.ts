import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { VideoTools } from '../../../src/core/video-tools.js';
import { evenly, makeFile, neverAborted, temporaryFolder, toolSets } from './support.js';

const folder = await temporaryFolder();
const frameRate = 25;
const size = { width: 32, height: 18 };
/** Longer than what is decoded in one go, so that every frame is sought. */
const seconds = 64;
/** Never twice the same picture: its colours turn while it moves. */
const turning = (length = seconds) => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=160x90:rate=${frameRate}:duration=${length}`],
  ...['-vf', "hue=H='2*PI*t/9':s=0.9,format=yuv420p"],
];

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const x265 = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-pix_fmt',
  'yuv420p',
  '-x265-params',
  'log-level=none',
];
const often = ['-g', '100'];
const av1 = ['-c:v', 'libsvtav1', '-preset', '10', '-crf', '20', ...often];
const generous = ['-b:v', '1500k', ...often];

/** Container and codec: what a file is named and made with. */
const makings: Readonly<Record<string, readonly string[]>> = {
  'h264.mp4': [...x264, ...often],
  'h264.mkv': [...x264, ...often],
  'h264.flv': [...x264, ...often],
  'h264.ts': [...x264, ...often],
  'b-frames.ts': ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-bf', '3', ...often],
  'intra-refresh.ts': [...x264, '-x264-params', 'intra-refresh=1:keyint=50'],
  'intra-refresh.mp4': [...x264, '-x264-params', 'intra-refresh=1:keyint=50'],
  'hevc.ts': [...x265, ...often],
  'hevc.mp4': [...x265, '-tag:v', 'hvc1', ...often],
  'hevc.mkv': [...x265, ...often],
  'mpeg4.ts': ['-c:v', 'mpeg4', ...generous],
  'mpeg4.avi': ['-c:v', 'mpeg4', ...generous],
  'mpeg4.mov': ['-c:v', 'mpeg4', ...generous],
  'mpeg2.ts': ['-c:v', 'mpeg2video', '-bf', '2', ...generous],
  'mpeg2.mpg': ['-c:v', 'mpeg2video', '-bf', '2', ...generous],
  'mpeg2.vob': ['-c:v', 'mpeg2video', '-bf', '2', ...generous],
  'mpeg2.mxf': ['-c:v', 'mpeg2video', ...generous],
  'mpeg1.mpg': ['-c:v', 'mpeg1video', ...generous],
  'vp8.webm': ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', ...generous],
  'vp9.webm': ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', ...generous],
  'theora.ogv': ['-c:v', 'libtheora', '-q:v', '9', '-g', '64'],
  'wmv2.wmv': ['-c:v', 'wmv2', ...generous],
  'flv1.flv': ['-c:v', 'flv', ...generous],
  'mjpeg.avi': ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p'],
  'prores.mov': ['-c:v', 'prores'],
  'ffv1.mkv': ['-c:v', 'ffv1', '-g', '10'],
  'av1.mp4': av1,
  'av1.webm': av1,
};

/** With a colour for each pixel: some filters of scale give neighbours one between them. */
const asSmallRgb = [
  ...['-vf', `scale=${size.width}:${size.height}:flags=bicubic+accurate_rnd+full_chroma_int`],
  ...['-pix_fmt', 'rgb24'],
];
let reference: Buffer;
const at = (name: string) => join(folder, name);
const frameBytes = size.width * size.height * 3;

beforeAll(async () => {
  await makeFile(at('lossless.mkv'), ...turning(), '-c:v', 'ffv1');
  reference = await readFile(
    await makeFile(at('reference'), '-i', at('lossless.mkv'), ...asSmallRgb, '-f', 'rawvideo'),
  );
}, 120_000);

/** Program streams do not time every frame, and after a seek ffmpeg 5 is some frames off in what it makes of that. */
const mostFramesOff = (name: string): number => (/mpg|vob/.test(name) ? 4 : 1);

interface Reference {
  /** All frames of the source, small. */
  readonly frames: Buffer;
  readonly frameRate: number;
}

/** Mean difference of a picture from what the source shows at a time, give or take some frames. */
function differenceAt(
  pixels: Uint8Array,
  atSeconds: number,
  framesOff: number,
  { frames, frameRate: rate }: Reference = { frames: reference, frameRate },
): number {
  const index = Math.floor(atSeconds * rate + 0.001);
  const last = frames.length / frameBytes - 1;
  const differences = Array.from({ length: 2 * framesOff + 1 }, (_, step) => {
    const from = Math.min(Math.max(0, index + step - framesOff), last) * frameBytes;
    return pixels.reduce((sum, value, byte) => sum + Math.abs(value - (frames[from + byte] ?? 0)), 0);
  });
  return Math.min(...differences) / frameBytes;
}

/** The tiles of a storyboard, small, with the time that each is of. */
async function tilesOf(tools: VideoTools, inputPath: string) {
  const { video, durationSeconds } = await tools.probe(inputPath, neverAborted);
  if (!video) throw new Error('no video');
  const outputFolder = await mkdtemp(at('storyboard-'));
  const { sprites, columns, rows, tileCount, intervalSeconds } = await tools.storyboard({
    ...{ inputPath, outputFolder, video, durationSeconds, signal: neverAborted },
  });
  const [wide, high] = [columns * size.width, rows * size.height];
  const sheets: Buffer[] = [];
  for (const sprite of sprites) {
    const small = [
      '-vf',
      `scale=${wide}:${high}:flags=area+accurate_rnd+full_chroma_int`,
      '-pix_fmt',
      'rgb24',
    ];
    const words = ['-i', join(outputFolder, sprite), ...small, '-f', 'rawvideo'];
    sheets.push(await readFile(await makeFile(join(outputFolder, `${sprite}.rgb`), ...words)));
  }
  return Array.from({ length: tileCount }, (_, tile) => {
    const [left, top] = [(tile % columns) * size.width, (Math.floor(tile / columns) % rows) * size.height];
    const lines = Array.from({ length: size.height }, (__, line) => {
      const start = ((top + line) * wide + left) * 3;
      return (
        sheets[Math.floor(tile / (columns * rows))]?.subarray(start, start + size.width * 3) ?? Buffer.of()
      );
    });
    return { atSeconds: (tile + 0.5) * intervalSeconds, pixels: Buffer.concat(lines) };
  });
}

const sample = async (tools: VideoTools, inputPath: string, unlikeFrames = 3) => {
  const { video, durationSeconds } = await tools.probe(inputPath, neverAborted);
  if (!video) throw new Error('no video');
  return tools.sampleFrames({
    ...{ inputPath, video, durationSeconds, signal: neverAborted },
    ...{ ...evenly(8), unlikeFrames, maximumSidePixels: 32, jpegFolder: await mkdtemp(at('jpeg-')) },
  });
};

describe.each(Object.entries(makings))('the frames looked at of %s', (name, making) => {
  beforeAll(() => makeFile(at(name), '-i', at('lossless.mkv'), ...making), 120_000);

  test.each(toolSets)(
    'are those shown at their times, with $label',
    { timeout: 120_000 },
    async ({ tools }) => {
      const { frames, missedParts } = await sample(tools, at(name));
      expect(missedParts).toBe(0);
      expect(frames.filter(({ pick }) => pick === 'spread')).toHaveLength(8);
      for (const { atSeconds, image } of frames)
        expect(differenceAt(image.pixels, atSeconds, mostFramesOff(name)), `at ${atSeconds} s`).toBeLessThan(
          10,
        );
    },
  );

  test.each(toolSets)('and its poster are so, with $label', { timeout: 120_000 }, async ({ tools }) => {
    const { video, durationSeconds } = await tools.probe(at(name), neverAborted);
    if (!video) throw new Error('no video');
    const outputFolder = await mkdtemp(at('poster-'));
    const request = { inputPath: at(name), outputFolder, video, durationSeconds, signal: neverAborted };
    const { atSeconds, file } = await tools.poster(request);
    const poster = join(outputFolder, file);
    const pixels = await readFile(
      await makeFile(join(outputFolder, 'pixels'), '-i', poster, ...asSmallRgb, '-f', 'rawvideo'),
    );
    expect(atSeconds).toBeGreaterThan(0);
    expect(differenceAt(pixels, atSeconds, mostFramesOff(name))).toBeLessThan(10);
  });

  test.each(toolSets)('and its tiles are so, with $label', { timeout: 120_000 }, async ({ tools }) => {
    const tiles = await tilesOf(tools, at(name));
    expect(tiles).toHaveLength(32);
    for (const { atSeconds, pixels } of tiles)
      expect(differenceAt(pixels, atSeconds, 1), `at ${atSeconds} s`).toBeLessThan(10);
  });
});

describe('the tiles of a video that is longer', () => {
  const rate = 5;
  const make = async (name: string, lasts: number) => {
    const source = `testsrc2=size=160x90:rate=${rate}:duration=${lasts},hue=H='2*PI*t/9':s=0.9`;
    const from = ['-f', 'lavfi', '-i', source];
    const raw = await makeFile(at(`${name}.rgb`), ...from, ...asSmallRgb, '-f', 'rawvideo');
    const tenSeconds = ['-g', String(rate * 10), '-keyint_min', String(rate * 10), '-sc_threshold', '0'];
    await makeFile(at(name), ...from, ...x264, ...tenSeconds);
    return { frames: await readFile(raw), frameRate: rate };
  };

  test.each(toolSets)('than two minutes are those of their times, with $label', async ({ tools }) => {
    const source = await make('minutes.mp4', 130);
    const tiles = await tilesOf(tools, at('minutes.mp4'));
    expect(tiles).toHaveLength(65);
    for (const { atSeconds, pixels } of tiles)
      expect(differenceAt(pixels, atSeconds, 1, source), `at ${atSeconds} s`).toBeLessThan(10);
  });

  test.each(toolSets)(
    'than ten minutes are the keyframes before, with $label',
    { timeout: 60_000 },
    async ({ tools }) => {
      const source = await make('long.mp4', 620);
      const tiles = await tilesOf(tools, at('long.mp4'));
      expect(tiles).toHaveLength(300);
      for (const { atSeconds, pixels } of tiles) {
        const keyframe = Math.floor(atSeconds / 10) * 10;
        expect(differenceAt(pixels, keyframe, 0, source), `at ${atSeconds} s`).toBeLessThan(10);
      }
    },
  );
});

describe.each(toolSets)('what was decoded with errors, with $label', ({ tools }) => {
  test.each([
    ['short', 20],
    ['long', seconds],
  ])('is not looked at, in a %s video', { timeout: 120_000 }, async (length, lasts) => {
    const path = await makeFile(at(`damaged-${length}.ts`), ...turning(lasts), ...x264, '-g', '25');
    const bytes = await readFile(path);
    // The second half, but for the headers of its packets, is noise.
    for (let packet = Math.floor(bytes.length / 376) * 188; packet + 188 <= bytes.length; packet += 188)
      for (let byte = packet + 60; byte < packet + 120; byte += 7) bytes[byte] = (byte * 31) % 251;
    await writeFile(path, bytes);
    const { frames, missedParts } = await sample(tools, path);
    expect(missedParts).toBeGreaterThanOrEqual(3);
    for (const { atSeconds, image } of frames)
      expect(differenceAt(image.pixels, atSeconds, 1), `at ${atSeconds} s`).toBeLessThan(10);
  });
});
