import { expect, test } from 'vitest';
import { servedTypeOf } from '../../src/queries/original-type.js';

test.each([
  ...['video/mp4', 'video/matroska', 'audio/flac', 'audio/x-ms-wma'],
  ...[
    'image/jpeg',
    'image/png',
    'image/gif',
    'image/webp',
    'image/avif',
    'image/heic',
    'image/tiff',
    'image/bmp',
  ],
])('%s is told as what it is', (type) => {
  expect(servedTypeOf(type)).toBe(type);
});

test.each([
  ...['image/svg+xml', 'text/html', 'application/pdf', 'image/x-anything', 'video/mp4; codecs="x"'],
  ...['video/mp4\r\nx: y', ' image/png', 'image/png,text/html', '', null],
])('%j, which might be run, is bytes', (type) => {
  expect(servedTypeOf(type)).toBe('application/octet-stream');
});
