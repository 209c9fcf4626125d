import { copyFile, mkdtemp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { gifStart } from '../../../src/adapters/ffmpeg/preview-gif.js';
import type { VideoTools } from '../../../src/core/video-tools.js';
import { turnClockwise } from '../../support/turn-clockwise.js';
import {
  decodedAs,
  ffprobeLines,
  h264,
  makeFile,
  makeTwoSizes,
  misleadIndex,
  neverAborted,
  picture,
  realFile,
  strongest,
  temporaryFolder,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
const mostBytes = 2 * 2 ** 20;

/** Red, then green, then blue, a third each. */
const colours = (seconds: number): string[] => [
  '-filter_complex',
  ['red', 'lime', 'blue']
    .map((colour, index) => `color=${colour}:size=64x36:rate=10:duration=${seconds / 3}[c${index}]`)
    .join(';')
    .concat(';[c0][c1][c2]concat=n=3'),
];
const twoHalves = ['-f', 'lavfi', '-i', 'color=red:size=64x36:rate=10:duration=1'];
const lowerHalfBlue = ['-vf', 'drawbox=y=18:h=18:color=blue:t=fill'];

beforeAll(async () => {
  await makeFile(at('usual.mp4'), ...picture('640x360', 25, 12), ...h264);
  await makeFile(at('turned.mp4'), ...twoHalves, ...lowerHalfBlue, ...h264);
  await turnClockwise(at('turned.mp4'));
  await makeFile(at('one-frame.mp4'), ...picture('64x48', 25, 1), '-frames:v', '1', ...h264);
  await makeFile(at('odd.mkv'), ...picture('101x57', 25, 1), '-c:v', 'ffv1');
  await makeFile(at('slow.mp4'), ...picture('640x360', 1, 20), '-r', '0.5', ...h264);
  const noise = 'geq=random(1)*255:random(2)*255:random(3)*255';
  await makeFile(
    at('noise.mkv'),
    ...['-f', 'lavfi', '-i', 'nullsrc=size=320x320:rate=10:duration=3', '-vf', noise, '-c:v', 'ffv1'],
  );
  await makeFile(at('misled.mkv'), ...colours(90), '-g', '20', '-cluster_time_limit', '2000', ...h264);
  await misleadIndex(at('misled.mkv'));
  await makeFile(at('late.ts'), ...colours(90), '-g', '20', ...h264, '-output_ts_offset', '36000');
  await makeTwoSizes(at('two-sizes.ts'));
  await makeFile(at('front.mp4'), ...picture('320x180', 25, 7), ...h264, '-movflags', '+faststart');
  await copyFile(at('front.mp4'), at('stump.mp4'));
  await truncate(at('stump.mp4'), Math.round((await stat(at('front.mp4'))).size * 0.2));
});

async function requestFor(tools: VideoTools, inputPath: string) {
  const { video, durationSeconds } = await tools.probe(inputPath, neverAborted);
  if (!video) throw new Error('no video');
  const outputFolder = await mkdtemp(at('gif-'));
  return { inputPath, outputFolder, video, durationSeconds, signal: neverAborted };
}

async function draw(tools: VideoTools, inputPath: string) {
  const request = await requestFor(tools, inputPath);
  const drawn = await tools.previewGif(request);
  const path = join(request.outputFolder, drawn.name);
  const [line = ''] = await ffprobeLines(
    path,
    ...['-count_frames', '-show_entries', 'stream=codec_name,width,height,r_frame_rate,nb_read_frames'],
  );
  const [codec, width, height, rate, frames] = line.split(',');
  expect(codec).toBe('gif');
  expect(await readdir(request.outputFolder)).toEqual(['preview.gif']);
  return {
    ...{
      drawn,
      path,
      sizeBytes: (await stat(path)).size,
      width: Number(width),
      height: Number(height),
      frames: Number(frames),
    },
    framesPerSecond: Number.parseInt(rate ?? '', 10),
  };
}

test('it begins in the first third, and as late as a short video still has enough of', () => {
  expect([0, 0.04, 2, 3, 3.3, 6, 30, 7200].map(gifStart)).toEqual([0, 0, 0, 0, 0.299, 1, 5, 1200]);
});

describe.each(toolSets)('an animated preview with $label', ({ tools }) => {
  test('shows three seconds at ten frames a second, and repeats', async () => {
    const { drawn, path, sizeBytes: _, ...gif } = await draw(tools, at('usual.mp4'));
    expect(drawn).toEqual({ name: 'preview.gif', details: { startSeconds: 2 } });
    expect(gif).toEqual({ width: 320, height: 180, frames: 30, framesPerSecond: 10 });
    expect((await readFile(path)).includes('NETSCAPE2.0')).toBe(true);
  });

  test('of a phone held upright is upright', async () => {
    const { path, ...gif } = await draw(tools, at('turned.mp4'));
    expect(gif).toMatchObject({ width: 36, height: 64, frames: 10 });
    const pixels = await decodedAs(path, 'rgb24');
    // What was below is on the left once it is turned.
    const colourAt = (x: number) =>
      strongest({ width: 1, height: 1, pixels: pixels.subarray((32 * 36 + x) * 3) });
    expect([colourAt(4), colourAt(31)]).toEqual(['blue', 'red']);
  });

  test.each([
    ['one-frame.mp4', 64, 48, 1],
    ['odd.mkv', 100, 56, 10],
    ['slow.mp4', 320, 180, 30],
  ])('of %s has its size and its frames', async (name, width, height, frames) => {
    expect(await draw(tools, at(name))).toMatchObject({ width, height, frames });
  });

  test('of what can hardly be compressed has fewer frames and colours, and is no larger', async () => {
    const { sizeBytes, ...gif } = await draw(tools, at('noise.mkv'));
    expect(gif).toMatchObject({ width: 320, height: 320, frames: 15 });
    expect(sizeBytes).toBeLessThanOrEqual(mostBytes);
  });

  test.each(['misled.mkv', 'late.ts'])('of %s shows what is there at its time', async (name) => {
    const { drawn, path } = await draw(tools, at(name));
    expect(drawn.details.startSeconds).toBeCloseTo(15, 0);
    const pixels = await decodedAs(path, 'rgb24', 'all frames');
    const size = 64 * 36 * 3;
    const seen = Array.from({ length: pixels.length / size }, (_, index) =>
      strongest({ width: 64, height: 36, pixels: pixels.subarray(index * size) }),
    );
    expect(seen).toEqual(Array.from({ length: 30 }, () => 'red'));
  });

  test.each(['stump.mp4', 'two-sizes.ts'])('is made of %s too', async (name) => {
    expect((await draw(tools, at(name))).frames).toBeGreaterThan(1);
  });

  test('cannot be made of what no frame can be had of, and trying again does not help', async () => {
    const request = await requestFor(tools, at('usual.mp4'));
    const inputPath = at('no-frames.mp4');
    const bytes = await readFile(at('usual.mp4'));
    const payload = bytes.indexOf('mdat') + 4;
    await writeFile(inputPath, bytes.fill(0xff, payload, bytes.indexOf('moov') - 4));
    await expect(tools.previewGif({ ...request, inputPath })).rejects.toMatchObject({
      kind: 'unsupported',
      code: 'corrupt_media',
    });
  });

  test.runIf(realFile('big-buck-bunny-480p-30s.mp4'))('of a real film keeps all its frames', async () => {
    const { sizeBytes, frames } = await draw(tools, realFile('big-buck-bunny-480p-30s.mp4') ?? '');
    expect(frames).toBe(30);
    expect(sizeBytes).toBeLessThanOrEqual(mostBytes);
  });
});
