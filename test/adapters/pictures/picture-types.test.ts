import { expect, test } from 'vitest';
import { pictureTypeOf } from '../../../src/adapters/pictures/picture-types.js';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const boxOf = (brand: string) => Buffer.concat([hex('00000018'), Buffer.from(`ftyp${brand}`)]);

test.each([
  ['ffd8ffe0', 'jpeg'],
  ['89504e470d0a1a0a', 'png'],
  ['474946383961', 'gif'],
  ['52494646 00000000 57454250', 'webp'],
  ['49492a00', 'tiff'],
  ['4d4d002a', 'tiff'],
  ['424d 00000000 00000000 36000000 28000000', 'bmp'],
  ['424d 00000000 00000000 36000000 99000000', undefined],
  ['52494646 00000000 57415645', undefined], // WAVE
  ['00000018 66747970 69736f6d', undefined], // MP4
  ['', undefined],
])('%s begins like %s', (digits, type) => {
  expect(pictureTypeOf(hex(digits))).toBe(type);
});

test.each(['heic', 'heix', 'hevc', 'heim', 'mif1', 'msf1', 'avif', 'avis'])(
  '%s is a brand of HEIF',
  (brand) => {
    expect(pictureTypeOf(boxOf(brand))).toBe('heif');
  },
);

test.each([
  '<svg xmlns="http://www.w3.org/2000/svg">',
  '\uFEFF  <?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg>',
  '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><SVG width="1">',
])('%s is a drawing', (text) => {
  expect(pictureTypeOf(Buffer.from(text))).toBe('svg');
});

test.each(['<?xml version="1.0"?><MPD>', '<html><svg>', 'svg', `<!--${' <!--'.repeat(1000)}`])(
  '%s is none',
  (text) => {
    expect(pictureTypeOf(Buffer.from(text))).toBeUndefined();
  },
);
