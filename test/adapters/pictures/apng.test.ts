import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import { ffmpeg, lavfi } from '../../support/odd-media/make.js';
import { apngOf, type FramePart } from '../../support/pictures/apng.js';
import { decodedByFfmpeg, expectNear, meanDifference, picturesUnderTest } from './support.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { folder, probe, draw, frames, file } = await picturesUnderTest();
const red = [200, 0, 0, 255];
const green = [0, 200, 0, 255];
const shade = [0, 0, 200, 128];
const nothing = [0, 0, 0, 0];

/** 8 × 4 pixels, all red at first. */
const moving = (...parts: readonly Partial<FramePart>[]): Buffer =>
  apngOf({
    ...{ width: 8, height: 4 },
    frames: [
      { x: 0, y: 0, width: 8, height: 4, colour: red, delay: [1, 10], disposal: 0, blend: 0 },
      ...parts.map((part) => ({
        ...{ x: 4, y: 0, width: 4, height: 4, colour: green, delay: [2, 10] as const, disposal: 0, blend: 0 },
        ...part,
      })),
    ],
  });

/** Left and right, of each frame, as on white. */
async function sidesOf(bytes: Buffer, frameCount: number): Promise<number[][]> {
  const sampled = await frames(bytes, { frameCount, durationSeconds: 1 });
  return sampled.map(({ image: { pixels } }) => [...pixels.subarray(3, 6), ...pixels.subarray(18, 21)]);
}

describe('a PNG that moves', () => {
  test('shows what ffmpeg makes of it, frame by frame', async () => {
    const path = join(folder, 'made.apng');
    await ffmpeg(...lavfi('testsrc2=size=64x48:rate=10:duration=0.8'), '-plays', '0', '-f', 'apng', path);
    const bytes = await readFile(path);
    expect(await probe(bytes)).toMatchObject({
      container: 'png',
      durationSeconds: 0.8,
      image: { width: 64, height: 48, frameCount: 8 },
    });
    const sampled = await frames(bytes, { frameCount: 8, durationSeconds: 0.8 });
    const ours = Buffer.concat(sampled.map(({ image }) => image.pixels));
    expect(meanDifference(ours, await decodedByFfmpeg(path))).toBeLessThan(0.01);

    const { files, read } = await draw(bytes);
    expect(files.map(({ details }) => details.isAnimated)).toEqual([false, true, false, undefined]);
    const webp = await read('image/320.webp');
    const { pages, pageHeight, delay, loop } = await sharp(webp, { animated: true }).metadata();
    expect({ pages, pageHeight, delay, loop }).toEqual({
      ...{ pages: 8, pageHeight: 48, loop: 0 },
      delay: Array.from({ length: 8 }, () => 100),
    });
    const drawn = await sharp(webp, { animated: true }).removeAlpha().raw().toBuffer();
    // Lossy, with a colour for every four pixels.
    expect(meanDifference(drawn, ours)).toBeLessThan(14);
  });

  test.each([
    ['is put in the place of', { blend: 0, colour: shade }, [...red.slice(0, 3), 127, 127, 227]],
    ['is laid over', { blend: 1, colour: shade }, [...red.slice(0, 3), 100, 0, 100]],
    ['that is not seen is laid over', { blend: 1, colour: nothing }, [200, 0, 0, 200, 0, 0]],
  ])('has a frame that %s the one before', async (_, part, expected) => {
    const [, second] = await sidesOf(moving(part), 2);
    expectNear(second ?? [], expected, 1);
  });

  test.each([
    ['stays', 0, [200, 0, 0, 0, 200, 0]],
    ['goes', 1, [200, 0, 0, 255, 255, 255]],
    ['gives way to what was there before it', 2, [200, 0, 0, 200, 0, 0]],
  ])('has a frame that %s', async (_, disposal, expected) => {
    const last = { x: 0, y: 3, width: 1, height: 1 };
    const [, , third] = await sidesOf(moving({ disposal }, last), 3);
    expectNear(third ?? [], expected, 1);
  });

  test('and has a picture for those who cannot show it moves without that', async () => {
    const bytes = apngOf({
      ...{ width: 8, height: 4, standing: [9, 9, 9, 255] },
      frames: [red, green].map((colour) => ({
        ...{ x: 0, y: 0, width: 8, height: 4, colour, delay: [0, 0] as const, disposal: 0, blend: 0 },
      })),
    });
    expect(await probe(bytes)).toMatchObject({ durationSeconds: 0.2, image: { frameCount: 2 } });
    const [first] = await sidesOf(bytes, 2);
    expectNear(first ?? [], [200, 0, 0, 200, 0, 0], 1);
  });

  test('with one frame stands', async () => {
    expect((await probe(moving())).image).toMatchObject({ frameCount: 1 });
  });

  test.each([
    ['that is not within the picture', { x: 6 }],
    ['without a size', { width: 0 }],
    ['at a place that nobody could count to', { x: 0xffff_fff0 }],
  ])('is refused with a frame %s', async (_, part) => {
    await expect(probe(moving(part))).rejects.toMatchObject({ code: 'corrupt_media' });
  });

  test('is refused when it is cut off, or has more frames than anybody watches', async () => {
    const bytes = moving({}, {});
    await expect(draw(bytes.subarray(0, bytes.length - 40))).rejects.toMatchObject({ code: 'corrupt_media' });
    const many = apngOf({
      ...{ width: 1, height: 1 },
      frames: Array.from({ length: 3000 }, () => ({
        ...{ x: 0, y: 0, width: 1, height: 1, colour: red, delay: [1, 10] as const, disposal: 0, blend: 0 },
      })),
    });
    await expect(probe(many)).rejects.toMatchObject({ code: 'too_many_frames' });
  });
});

test('the file of a test is what ffmpeg takes for one', async () => {
  const path = await file(moving({ blend: 1, colour: shade }, { x: 0, disposal: 1 }), 'moving.apng');
  expect((await decodedByFfmpeg(path)).length).toBe(3 * 8 * 4 * 3);
});
