import fc from 'fast-check';
import { expect, test } from 'vitest';
import { searchText } from '../../src/queries/search-text.js';

test.each([
  ['big-buck-bunny_480p.mp4', 'big buck bunny 480p mp4', ''],
  ['"sea side" or berge', '"sea side" or berge', ''],
  ['-berge urlaub', 'urlaub', '-berge'],
  ['urlaub --- -berge -"sea/side"', 'urlaub', '-berge -"sea side"'],
  ['"never ended', '"never ended"', ''],
  ['-'.repeat(34), '', ''],
  [`${'-'.repeat(34)}a`, '', '-a'],
  ['!!a & (b | c:*)', 'a b c', ''],
  ['"" "-" -', '', ''],
  ['a\0b', 'a b', ''],
])('of %j, %j is wanted and %j is not', (typed, wanted, unwanted) => {
  expect(searchText(typed)).toEqual({ wanted, unwanted });
});

test('is of a few terms whatever is typed', () => {
  const typed = fc.string({ unit: fc.constantFrom(...'aß9-"! \n|&():*<>\'\\or'), maxLength: 300 });
  fc.assert(
    fc.property(typed, (text) => {
      const { wanted, unwanted } = searchText(text);
      expect(wanted).toMatch(/^(("[\p{L}\p{N} ]+"|[\p{L}\p{N}]+)( |$)){0,20}$/u);
      expect(unwanted).toMatch(/^(-("[\p{L}\p{N} ]+"|[\p{L}\p{N}]+)( |$)){0,20}$/u);
    }),
  );
});
