import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { titleSchema } from '../../../../src/commands/media-details.js';
import {
  parseUploadMetadata,
  toFileDetails,
} from '../../../../src/commands/uploads/lifecycle/file-details.js';
import { safeFilename } from '../../../../src/domain/media/safe-filename.js';
import { metadataHeader } from '../upload-server.js';

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
    // Persian and Hindi need their non-joiners and joiners, emoji of families and flags theirs.
    ['می\u200Cخواهم.mp4', 'می\u200Cخواهم.mp4'],
    ['क्\u200Dष.mp4', 'क्\u200Dष.mp4'],
    [
      '👩\u200D👩\u200D👧 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}.mp4',
      '👩\u200D👩\u200D👧 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}.mp4',
    ],
    ['\uFEFFa\u2028b\u2029c\uFFF9d\u200Fe\u2066f\u061Cg.mp4', 'abcdefg.mp4'],
    ['\u200B\u200D \u2060', 'file'],
    [`${'x'.repeat(296)}.mp4`, `${'x'.repeat(196)}.mp4`],
    [`${'x'.repeat(290)}.backup.mkv`, `${'x'.repeat(196)}.mkv`],
    [`${'👨\u200D👩\u200D👧'.repeat(100)}.mp4`, `${'👨\u200D👩\u200D👧'.repeat(39)}.mp4`],
    [`${'x'.repeat(195)} ${'y'.repeat(100)}.mp4`, `${'x'.repeat(195)}.mp4`],
    [`a.${'x'.repeat(300)}`, `a.${'x'.repeat(198)}`],
    [`x${'\u0301'.repeat(400)}.mp4`, `x${'\u0301'.repeat(195)}.mp4`],
  ])('%j becomes %j', (given, expected) => {
    expect(safeFilename(given)).toBe(expected);
  });

  test('never name a folder, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const safe = safeFilename(name);
        expect(safe).toMatch(/^[^/\\\p{Cc}]+$/u);
        expect(safe.startsWith('.')).toBe(false);
        expect([...safe].length).toBeLessThanOrEqual(200);
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

  test('keep what scripts and emoji need in a title and in tags, on one line and in the order it is written', () => {
    const title = 'می\u200Cخواهم 👩\u200D💻';
    expect(toFileDetails({ title, tags: title })).toMatchObject({ title, tags: [title] });
    const odd = 'one\u2028two\r\nthree \u202Efour\u202C\uFEFF';
    expect(toFileDetails({ title: odd }).title).toBe('one two three four');
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
