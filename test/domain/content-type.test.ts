import { expect, test } from 'vitest';
import { contentTypeOf } from '../../src/domain/media/content-type.js';

test.each([
  ['mov,mp4,m4a,3gp,3g2,mj2', 'h264', 'video/mp4'],
  ['matroska,webm', 'vp9', 'video/webm'],
  ['matroska,webm', 'h264', 'video/matroska'],
  ['mpegts', 'h264', 'video/mp2t'],
  ['something,new', 'h264', null],
])('%s with %s is %s', (container, codec, expected) => {
  expect(contentTypeOf(container, codec)).toBe(expected);
});
