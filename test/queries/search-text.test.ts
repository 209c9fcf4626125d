import fc from 'fast-check';
import { expect, test } from 'vitest';
import { searchText } from '../../src/queries/search-text.js';

test.each([
  ['big-buck-bunny_480p.mp4', 'big buck bunny 480p mp4'],
  ['"sea side" or berge', '"sea side" or berge'],
  ['urlaub -berge', 'urlaub -berge'],
  ['urlaub --- -berge', 'urlaub -berge'],
  ['-"north/south"', '-"north south"'],
  ['"never ended', '"never ended"'],
  ['-'.repeat(34), ''],
  [`${'-'.repeat(34)}a`, '-a'],
  ['!!a & (b | c:*)', 'a b c'],
  ['"" "-" -', ''],
  ['a\0b', 'a b'],
])('%j is searched as %j', (typed, expected) => {
  expect(searchText(typed)).toBe(expected);
});

test('is of a few terms whatever is typed, and searching it again is searching the same', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'aß9-"! \n|&():*<>\'\\or'), maxLength: 300 }),
      (typed) => {
        const text = searchText(typed);
        expect(text).toMatch(/^(-?("[\p{L}\p{N} ]+"|[\p{L}\p{N}]+)( |$)){0,20}$/u);
        expect(searchText(text)).toBe(text);
      },
    ),
  );
});
