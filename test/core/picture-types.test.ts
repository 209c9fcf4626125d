import { expect, test } from 'vitest';
import { pictureBeginning } from '../../src/core/picture-types.js';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const boxOf = (brand: string) => Buffer.concat([hex('00000018'), Buffer.from(`ftyp${brand}`)]);

test.each([
  ['ffd8ffe0', 'jpeg', 'JPEG'],
  ['89504e470d0a1a0a', 'png', 'PNG'],
  ['89504e470a1a0a', 'png', 'PNG'], // Sent as a text it was, by somebody.
  ['474946383961', 'gif', 'GIF'],
  ['52494646 00000000 57454250', 'webp', 'WebP'],
  ['49492a00', 'tiff', 'TIFF'],
  ['4d4d002a', 'tiff', 'TIFF'],
  ['424d 00000000 00000000 36000000 28000000', 'bmp', 'BMP'],
])('%s begins like %s', (digits, type, name) => {
  expect(pictureBeginning(hex(digits))).toEqual({ type, name });
});

test.each([
  '424d 00000000 00000000 36000000 99000000', // BM, and nothing that there is
  '52494646 00000000 57415645', // WAVE
  '52494646 10000000 41564920 4c495354', // AVI
  '00000018 66747970 69736f6d', // MP4
  '',
])('%s begins like no picture', (digits) => {
  expect(pictureBeginning(hex(digits))).toBeUndefined();
});

test.each([
  ...['heic', 'heix', 'hevc', 'heim'].map((brand) => [brand, 'HEIC']),
  ...[
    ['mif1', 'HEIF'],
    ['msf1', 'HEIF'],
    ['avif', 'AVIF'],
    ['avis', 'AVIF'],
  ],
])('%s is a brand of HEIF, which people call %s', (brand, name) => {
  expect(pictureBeginning(boxOf(brand))).toEqual({ type: 'heif', name });
});

test.each([
  '<svg xmlns="http://www.w3.org/2000/svg">',
  '\uFEFF  <?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg>',
  '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><SVG width="1">',
])('%s is a drawing', (text) => {
  expect(pictureBeginning(Buffer.from(text))).toEqual({ type: 'svg', name: 'SVG' });
});

test.each(['<?xml version="1.0"?><MPD>', '<html><svg>', 'svg', `<!--${' <!--'.repeat(1000)}`])(
  '%s is none',
  (text) => {
    expect(pictureBeginning(Buffer.from(text))).toBeUndefined();
  },
);
