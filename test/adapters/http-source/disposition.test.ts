import { expect, test } from 'vitest';
import { filenameOf } from '../../../src/adapters/http-source/disposition.js';

test.each([
  ['attachment; filename=film.mp4', 'film.mp4'],
  ['attachment; filename="my film.mp4"', 'my film.mp4'],
  ['attachment; filename="a \\"b\\".mp4"', 'a "b".mp4'],
  ['attachment; filename="fallback.mp4"; filename*=UTF-8\'\'caf%C3%A9.mp4', 'café.mp4'],
  ["inline; FILENAME*=utf-8'en'%e2%82%ac.mp4; filename=x", '€.mp4'],
  // As bytes come out of a header.
  [`attachment; filename="${Buffer.from('日本.mp4').toString('latin1')}"`, '日本.mp4'],
  ['attachment; filename="caf\u00e9.mp4"', 'café.mp4'],
  ["attachment; filename*=UTF-8''%E0%A4%A; filename=safe.mp4", 'safe.mp4'],
  ['attachment; filename=""', null],
  ['attachment', null],
  ['', null],
])('of %j the name is %j', (header, name) => expect(filenameOf(header)).toBe(name));
