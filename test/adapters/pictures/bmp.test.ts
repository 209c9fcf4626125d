import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import { rleBmp, type Stretch } from '../../support/pictures/rle-bmp.js';
import { decodedByFfmpeg, picturesUnderTest } from './support.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { probe, frames, draw, file } = await picturesUnderTest();
const once = { frameCount: 1, durationSeconds: 0 };
const size = { width: 12, height: 4 };

/** From the bottom up. */
const stretches: readonly Stretch[] = [
  { run: 5, index: 1 },
  { each: [2, 3, 4, 5, 6, 7, 8] },
  'end of row',
  { run: 12, index: 9 },
  'end of row',
  { each: [10, 11, 12] },
  { run: 9, index: 13 },
  'end of row',
  { run: 12, index: 15 },
  'end of picture',
];

describe.each([8, 4] as const)('a BMP of runs of %i bits', (bits) => {
  test('is drawn as ffmpeg decodes it', async () => {
    const bytes = rleBmp(bits, size, stretches);
    expect(await probe(bytes)).toMatchObject({ container: 'bmp', image: { ...size, hasAlpha: false } });
    const [frame] = await frames(bytes, once);
    const reference = await decodedByFfmpeg(await file(bytes, `runs-${bits}.bmp`));
    expect(Buffer.from(frame?.image.pixels ?? []).equals(reference)).toBe(true);
    const { read } = await draw(bytes);
    expect(await sharp(await read('image/320.avif')).metadata()).toMatchObject(size);
  });

  test('has its first colour where it jumps, and nothing behind its edges', async () => {
    const bytes = rleBmp(bits, size, [
      { move: [2, 1] },
      { run: 30, index: 4 },
      'end of row',
      { run: 1, index: 7 },
      'end of picture',
    ]);
    const [frame] = await frames(bytes, once);
    const levels = [...(frame?.image.pixels ?? [])]
      .filter((_, at) => at % 3 === 0)
      .map((level) => level / 16);
    const none = Array.from({ length: 12 }, () => 0);
    expect(levels).toEqual([
      ...none,
      ...[7, ...none.slice(1)],
      ...[0, 0, ...none.slice(2).map(() => 4)],
      ...none,
    ]);
  });

  test('is refused when it ends before its last pixel', async () => {
    const bytes = rleBmp(bits, size, stretches.slice(0, 4));
    await expect(draw(bytes)).rejects.toMatchObject({ code: 'corrupt_media' });
  });
});

test('a BMP with a JPEG in it is refused as what it is', async () => {
  const bytes = rleBmp(8, size, stretches);
  bytes.writeUInt32LE(4, 30);
  await expect(probe(bytes)).rejects.toMatchObject({ code: 'unsupported_codec' });
});

test('a BMP whose compression is of other pixels than it has is refused', async () => {
  const bytes = rleBmp(8, size, stretches);
  bytes.writeUInt32LE(2, 30);
  await expect(probe(bytes)).rejects.toMatchObject({ code: 'corrupt_media' });
});
