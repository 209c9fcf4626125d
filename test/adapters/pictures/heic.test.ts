import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import { heicOf } from '../../support/pictures/heif.js';
import { quarters } from '../../support/pictures/quarters.js';
import { colourAt, cornersOf, expectNear, picturesUnderTest } from './support.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { probe, draw } = await picturesUnderTest();
const source = await quarters();

/** What EXIF holds behind its name in a JPEG. */
async function tiffWith(orientation: number): Promise<Buffer> {
  const jpeg = await sharp(source)
    .withExif({ IFD0: { Make: 'Acme', Model: 'Camera 1' } })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();
  const { exif } = await sharp(jpeg).metadata();
  return exif?.subarray(6) ?? Buffer.alloc(0);
}

describe('a HEIC', () => {
  test('is taken and drawn in its colours', async () => {
    const heic = await heicOf(source);
    expect(await probe(heic)).toMatchObject({
      container: 'heic',
      image: { width: 256, height: 128, orientation: 1, frameCount: 1 },
      photo: null,
    });
    const { files, read } = await draw(heic);
    for (const { name } of files) {
      const drawn = await read(name);
      expect(await sharp(drawn).metadata()).toMatchObject({ width: 256, height: 128 });
      expectNear(await colourAt(drawn, 0.25, 0.25), [0xc8, 0x32, 0x32], 12);
      expectNear(await colourAt(drawn, 0.75, 0.75), [0xc8, 0xc8, 0x32], 12);
    }
  });

  test.each([
    [{ turns: 0 }, ['red', 'green', 'blue', 'yellow']],
    [{ turns: 1 }, ['green', 'yellow', 'red', 'blue']],
    [{ turns: 2 }, ['yellow', 'blue', 'green', 'red']],
    [{ turns: 3 }, ['blue', 'red', 'yellow', 'green']],
    [{ mirrored: 'leftRight' }, ['green', 'red', 'yellow', 'blue']],
    [{ mirrored: 'upDown' }, ['blue', 'yellow', 'red', 'green']],
    [{ turns: 1, mirrored: 'leftRight' }, ['yellow', 'green', 'blue', 'red']],
  ] as const)('that is to be shown with %j is drawn so, and told so', async (options, corners) => {
    const heic = await heicOf(source, options);
    const isTurned = 'turns' in options && options.turns % 2 === 1;
    const size = isTurned ? { width: 128, height: 256 } : { width: 256, height: 128 };
    expect((await probe(heic)).image).toMatchObject({ ...size, orientation: 1 });
    const { read } = await draw(heic);
    for (const name of ['image/320.jpg', 'image/320.webp', 'poster.jpg']) {
      expect(await sharp(await read(name)).metadata()).toMatchObject(size);
      expect(await cornersOf(await read(name)), name).toEqual(corners);
    }
  });

  test('is shown as its boxes say, whatever its EXIF does', async () => {
    const heic = await heicOf(source, { turns: 3, exif: await tiffWith(8) });
    const { image, photo } = await probe(heic);
    expect(image).toMatchObject({ width: 128, height: 256, orientation: 1 });
    expect(photo).toMatchObject({ cameraMake: 'Acme', cameraModel: 'Camera 1' });
    const { read } = await draw(heic);
    expect(await cornersOf(await read('image/320.jpg'))).toEqual(['blue', 'red', 'yellow', 'green']);
    const { exif } = await sharp(await read('image/320.jpg')).metadata();
    expect(exif).toBeUndefined();
  });

  test('of tiles is put together, without what is behind its edges', async () => {
    const heic = await heicOf(await quarters(300, 140), { tiles: [3, 2], turns: 1 });
    expect((await probe(heic)).image).toMatchObject({ width: 140, height: 300 });
    const { read } = await draw(heic);
    const drawn = await read('image/320.jpg');
    expect(await sharp(drawn).metadata()).toMatchObject({ width: 140, height: 300 });
    expect(await cornersOf(drawn)).toEqual(['green', 'yellow', 'red', 'blue']);
  });

  test('with a colour profile is converted by it', async () => {
    const p3 = await sharp(source).withIccProfile('p3').png().toBuffer();
    const { icc } = await sharp(p3).metadata();
    const stored = await sharp(p3, { ignoreIcc: true }).png().toBuffer();
    const heic = await heicOf(stored, { profile: icc ?? Buffer.alloc(0) });
    expect((await probe(heic)).image).toMatchObject({ colorProfile: expect.stringMatching(/P3/) });
    const { read } = await draw(heic);
    expectNear(await colourAt(await read('image/320.webp'), 0.25, 0.25), [0xc8, 0x32, 0x32], 12);
    expectNear(await colourAt(await read('image/320.webp'), 0.75, 0.25), [0x32, 0xc8, 0x32], 12);
  });

  test.each([
    ['that mean nothing', [3, 3, 3]],
    ['of another matrix than its box', [9, 16, 9]],
    ['of other primaries than its box', [1, 1, 1]],
  ] as const)('with colours %s is shown by its box', async (_, colourCodes) => {
    const heic = await heicOf(source, { colourCodes });
    expect((await probe(heic)).image).toMatchObject({ width: 256, height: 128 });
    const drawn = await (await draw(heic)).read('image/320.webp');
    expectNear(await colourAt(drawn, 0.25, 0.25), [0xc8, 0x32, 0x32], 12);
    expectNear(await colourAt(drawn, 0.75, 0.75), [0xc8, 0xc8, 0x32], 12);
  });

  test('of which a tile cannot be decoded is refused, whatever is said of colours too', async () => {
    const heic = await heicOf(await quarters(300, 140), { tiles: [3, 2], colourCodes: [9, 16, 9] });
    for (let index = 0; index < 30; index++) {
      const at = heic.length - 40 - index * 7;
      heic[at] = (heic[at] ?? 0) ^ 0xff;
    }
    await expect(draw(heic)).rejects.toMatchObject({ code: 'corrupt_media' });
  });

  test.each([0.1, 0.4, 0.97])('of which %d is there is refused', async (part) => {
    const heic = await heicOf(await quarters(300, 140), { tiles: [3, 2] });
    const cut = heic.subarray(0, Math.floor(heic.length * part));
    await expect(draw(cut)).rejects.toMatchObject({ code: 'corrupt_media' });
  });
});

test('an AVIF is shown as its boxes say, once', async () => {
  const stored = await sharp(source).rotate(270).png().toBuffer();
  const avif = await sharp(stored).withMetadata({ orientation: 6 }).avif({ quality: 90 }).toBuffer();
  expect((await probe(avif)).image).toMatchObject({ width: 256, height: 128 });
  const { read } = await draw(avif);
  expect(await cornersOf(await read('image/320.jpg'))).toEqual(['red', 'green', 'blue', 'yellow']);
});
