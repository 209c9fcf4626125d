import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import type { MediaFlowError } from '../../../src/core/errors.js';
import {
  bilevelTiff,
  bmpOf,
  gifOfFrames,
  jpegWith,
  pngOf,
  pngWith,
  tiffInItself,
  xmpWithEntities,
} from '../../support/pictures/hostile-pictures.js';
import { picturesUnderTest } from './support.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const { probe, draw } = await picturesUnderTest();
const plain = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#3c78b4' } })
  .png()
  .toBuffer();
const jpeg = await sharp(plain).jpeg().toBuffer();
const gif = await sharp(plain).gif().toBuffer();

/** The code that a file fails with, at whichever of the two it does; none for a good item. */
async function outcomeOf(bytes: Uint8Array | string): Promise<string | null> {
  try {
    await probe(bytes);
    const { files, read } = await draw(bytes);
    for (const { name } of files) await sharp(await read(name)).stats();
    return null;
  } catch (error) {
    return (error as MediaFlowError).code;
  }
}

const bmpTelling = (width: number, height: number) => {
  const bytes = bmpOf(1, 1, () => [0, 0, 0]);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  return bytes;
};

describe('is refused before it is decoded', () => {
  test.each([
    ['a PNG of 30,000 × 30,000', () => pngOf(30_000, 30_000), 'too_many_pixels'],
    ['a TIFF of a gigapixel in bits', () => bilevelTiff(40_000, 40_000), 'too_many_pixels'],
    ['a GIF of a million frames', () => gifOfFrames(1_000_000), 'too_many_frames'],
    ['a BMP that tells a gigapixel', () => bmpTelling(40_000, 40_000), 'too_many_pixels'],
    ['a drawing with a script', () => '<svg><script>alert(1)</script></svg>', 'svg_refused'],
    [
      'a JPEG that is a text behind its first bytes',
      () => Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.from('text')]),
      'corrupt_media',
    ],
    [
      'a HEIC without anything in it',
      () => Buffer.from('0000001066747970686569630000000', 'hex'),
      'corrupt_media',
    ],
    ['a PNG that was sent as a text', () => Buffer.from('89504e470a1a0a', 'hex'), 'corrupt_media'],
  ])('%s', async (_what, make, code) => {
    await expect(probe(make())).rejects.toMatchObject({ code });
  });
});

const profileOf = (length: number): Buffer => {
  const profile = Buffer.alloc(length);
  profile.writeUInt32BE(length, 0);
  profile.write('mntrRGB XYZ ', 12, 'latin1');
  profile.write('acsp', 36, 'latin1');
  return profile;
};

describe('is drawn none the worse for it', () => {
  test.each([
    ['a profile that is none', () => pngWith(plain, 'iCCP', iccp(Buffer.alloc(5000, 7)))],
    ['a profile that tells more tags than it has', () => pngWith(plain, 'iCCP', iccp(tagsThatLie()))],
    ['a profile whose tags are all the same place', () => pngWith(plain, 'iCCP', iccp(tagsInEachOther()))],
    ['a profile of 60 MB of nothing', () => pngWith(plain, 'iCCP', iccp(profileOf(60_000_000)))],
    ['a profile of 16 MB in a JPEG', () => jpegWith(jpeg, ...profileSegments(profileOf(16_000_000)))],
    ['XMP whose entities are a billion words', () => jpegWith(jpeg, xmpSegment(xmpWithEntities))],
    ['XMP in a hundred thousand levels', () => pngWith(plain, 'iTXt', itxt('<a>'.repeat(100_000)))],
    ['words that are a gigabyte unpacked', () => pngWith(plain, 'zTXt', ztxt(300_000_000))],
    ['EXIF that refers to itself', () => jpegWith(jpeg, exifSegment(tiffInItself()))],
    [
      'EXIF that ends in its first word',
      () => jpegWith(jpeg, exifSegment(Buffer.from('II*\0\x08', 'latin1'))),
    ],
    [
      'a page behind it (JPEG and HTML)',
      () => Buffer.concat([jpeg, Buffer.from('<html><script>x()</script>')]),
    ],
    ['a page in its comment', () => jpegWith(jpeg, [0xfe, Buffer.from('--><script>x()</script><!--')])],
    [
      'a program behind it (GIF and JavaScript)',
      () => Buffer.concat([gif, Buffer.from('/*x*/=1;alert(1)//')]),
    ],
    [
      'an archive behind it (PNG and ZIP)',
      () => Buffer.concat([plain, Buffer.from('PK\x05\x06'), Buffer.alloc(18)]),
    ],
  ])('a picture with %s', async (_, make) => {
    expect(await outcomeOf(make())).toBeNull();
  });

  const iccp = (profile: Buffer) => Buffer.concat([Buffer.from('p\0\0', 'latin1'), deflateSync(profile)]);
  const itxt = (text: string) => Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${text}`, 'latin1');
  const ztxt = (length: number) =>
    Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(length, 97))]);
  const xmpSegment = (text: string) =>
    [0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${text}`, 'latin1')] as const;
  const exifSegment = (tiff: Buffer) =>
    [0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])] as const;
  const profileSegments = (profile: Buffer) => {
    const size = 65_000;
    const count = Math.ceil(profile.length / size);
    return Array.from({ length: Math.min(count, 255) }, (_, index) => {
      const head = Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([index + 1, count])]);
      return [0xe2, Buffer.concat([head, profile.subarray(index * size, (index + 1) * size)])] as const;
    });
  };
  const tagsThatLie = () => {
    const profile = profileOf(600);
    profile.writeUInt32BE(0xffff_ffff, 128);
    return profile;
  };
  /** Each of a hundred tags is a profile that holds them all. */
  const tagsInEachOther = () => {
    const profile = profileOf(4000);
    profile.writeUInt32BE(100, 128);
    for (let index = 0; index < 100; index++) {
      profile.write(['A2B0', 'desc', 'rTRC', 'wtpt'][index % 4] ?? '', 132 + index * 12, 'latin1');
      profile.writeUInt32BE(0, 136 + index * 12);
      profile.writeUInt32BE(profile.length, 140 + index * 12);
    }
    return profile;
  };
});

test('a picture that is higher than WebP can hold is drawn as high as that, in one shape', async () => {
  const tall = await sharp({ create: { width: 300, height: 20_000, channels: 3, background: '#3c78b4' } })
    .png()
    .toBuffer();
  const { files, read } = await draw(tall);
  for (const { name } of files) {
    const { width, height } = await sharp(await read(name)).metadata();
    expect([width, height], name).toEqual([246, 16_383]);
  }
});

test('a picture of one pixel, and one of a line, are drawn', async () => {
  for (const [width, height] of [
    [1, 1],
    [5000, 1],
    [1, 5000],
  ] as const) {
    const line = await sharp({ create: { width, height, channels: 3, background: '#3c78b4' } })
      .png()
      .toBuffer();
    expect(await outcomeOf(line), `${width} × ${height}`).toBeNull();
  }
});
