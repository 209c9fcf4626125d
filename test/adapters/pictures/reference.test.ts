import { extname } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import { everyFormat } from '../../support/pictures/every-format.js';
import { decodedByFfmpeg, meanDifference, picturesUnderTest } from './support.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { probe, draw, frames, file } = await picturesUnderTest();
/** ffmpeg knows no profiles; what else it does not decode is compared elsewhere. */
const comparable = (await everyFormat()).filter(
  ({ name }) => !/^(photo|print)\.(jpg|webp|avif|tiff)$|\.heic$|^moving\.webp$|^deflated/.test(name),
);

describe('a picture is what ffmpeg decodes it to', () => {
  test.each(comparable)('$name', async ({ name, bytes }) => {
    const { image, durationSeconds } = await probe(bytes);
    if (!image) throw new Error('no picture');
    // APNG is for ffmpeg another format than PNG, which it tells by the name.
    const path = await file(bytes, name.replace('moving.png', 'moving.apng'));
    const reference = await decodedByFfmpeg(path, ...(image.hasAlpha ? onWhite(image) : []));
    expect(reference.length).toBe(image.width * image.height * 3 * image.frameCount);
    const sampled = await frames(bytes, { frameCount: image.frameCount, durationSeconds });
    expect(sampled.length).toBe(image.frameCount);
    const ours = Buffer.concat(sampled.map((frame) => frame.image.pixels));
    expect(meanDifference(ours, reference)).toBeLessThan(extname(name) === '.jpg' ? 1.5 : 0.6);

    const { files, path: drawnAt } = await draw(bytes);
    // ffmpeg reads no WebP that moves, and shows what is behind transparency.
    const onlyStands = image.frameCount > 1 || image.hasAlpha ? /jpg$/ : /jpg$|webp$/;
    const first = reference.subarray(0, image.width * image.height * 3);
    for (const { name: drawn, details } of files.filter(({ name: each }) => onlyStands.test(each))) {
      const decoded = await decodedByFfmpeg(drawnAt(drawn));
      expect(details).toMatchObject(
        drawn === 'poster.jpg' ? {} : { width: image.width, height: image.height },
      );
      expect(meanDifference(decoded, first), drawn).toBeLessThan(14);
    }
  });

  const onWhite = ({ width, height }: { readonly width: number; readonly height: number }) => [
    `split[a][b];[a]format=rgb24,drawbox=x=0:y=0:w=${width}:h=${height}:color=white:t=fill[w];[w][b]overlay=format=rgb`,
  ];
});

describe('a larger picture is made smaller as sharp makes it, without ours', () => {
  test('in each width, upright', async () => {
    const { bytes: scene } = (await everyFormat()).find(({ name }) => name === 'scene.png') ?? { bytes: '' };
    const large = await sharp(scene as Buffer)
      .resize(1600, 1200)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const { files, read } = await draw(large, [320, 640]);
    for (const { name } of files) {
      const { data, info } = await sharp(await read(name))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const reference = await sharp(large)
        .rotate(90)
        .resize(info.width, info.height, { fit: 'fill' })
        .raw()
        .toBuffer();
      expect(info.height / info.width, name).toBeCloseTo(1600 / 1200, 2);
      expect(meanDifference(data, reference), name).toBeLessThan(6);
    }
  });
});
