import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { titleSchema } from '../../../src/commands/media-details.js';
import {
  parseUploadMetadata,
  safeFilename,
  toFileDetails,
} from '../../../src/commands/uploads/upload-metadata.js';
import { metadataHeader } from './upload-server.js';

describe('file names', () => {
  test.each([
    ['film.mp4', 'film.mp4'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\film.mp4', 'film.mp4'],
    ['/', 'file'],
    ['..', 'file'],
    ['.hidden', 'hidden'],
    ['', 'file'],
    ['a\u0000b\u001b[31m.mp4', 'ab[31m.mp4'],
    ['evil\u202Egpj.exe', 'evilgpj.exe'],
    ['e\u0301te\u0301.mp4', 'été.mp4'],
    ['🎬'.repeat(300), '🎬'.repeat(200)],
  ])('%j becomes %j', (given, expected) => {
    expect(safeFilename(given)).toBe(expected);
  });

  test('never name a folder, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const safe = safeFilename(name);
        expect(safe).toMatch(/^[^/\\\p{Cc}]+$/u);
        expect(safe.startsWith('.')).toBe(false);
      }),
    );
  });
});

describe('the metadata header', () => {
  test('gives back any text that was put into it', () => {
    const keys = fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/);
    fc.assert(
      fc.property(fc.dictionary(keys, fc.string({ unit: 'grapheme' })), (fields) => {
        const expected = Object.entries(fields).map(([key, value]) => [key, value.toWellFormed()]);
        expect([...parseUploadMetadata(metadataHeader(fields))]).toEqual(expected);
      }),
    );
  });

  test('may leave values out, and may be empty', () => {
    expect(parseUploadMetadata('')).toEqual(new Map());
    expect([...parseUploadMetadata('is_private,title YQ==')]).toEqual([
      ['is_private', ''],
      ['title', 'a'],
    ]);
  });

  test('over its limit is refused', () => {
    expect(() => parseUploadMetadata(`title ${'YQ'.repeat(9000)}`)).toThrow('too long');
  });
});

describe('details', () => {
  test('left out are empty, and the title is the name of the file', () => {
    expect(toFileDetails({ filename: 'a/b.mp4' })).toEqual({
      filename: 'b.mp4',
      contentType: null,
      title: 'b.mp4',
      description: '',
      tags: [],
      sha256: null,
    });
  });

  test.each([
    ['a long title', { title: 'x'.repeat(501) }],
    ['a long description', { description: 'x'.repeat(10_001) }],
    ['a NUL', { description: 'a\0b' }],
    ['too many tags', { tags: Array.from({ length: 51 }, (_, index) => index).join(',') }],
    ['a long tag', { tags: 'x'.repeat(101) }],
  ])('with %s are refused', (_, declared) => {
    expect(() => toFileDetails(declared)).toThrow(
      expect.objectContaining({ code: 'invalid_upload_metadata' }),
    );
  });

  test('a content type that is none is no reason to refuse a file', () => {
    expect(toFileDetails({ filetype: 'video/mp4; codecs="avc1"' }).contentType).toBe(
      'video/mp4; codecs="avc1"',
    );
    expect(toFileDetails({ filetype: '<script>' }).contentType).toBeNull();
  });
});

test('a title that is taken with a file can be written into the item later, too', () => {
  const title = 'x'.repeat(500);
  expect(toFileDetails({ title }).title).toBe(titleSchema.parse(title));
});
