import fc from 'fast-check';
import { expect, test } from 'vitest';
import { searchText } from '../../src/queries/search-text.js';

test.each<[string, string[][], string[]]>([
  ['big-buck-bunny_480p.mp4', [['big', 'buck', 'bunny', '480p', 'mp4']], []],
  ['"sea side" or berge', [['sea side'], ['berge']], []],
  [
    'a b OR c d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [],
  ],
  ['-berge urlaub', [['urlaub']], ['berge']],
  ['a or -b c', [['a'], ['c']], ['b']],
  ['urlaub --- -berge -"sea/side"', [['urlaub']], ['berge', 'sea side']],
  ['"never ended', [['never ended']], []],
  ['-'.repeat(34), [], []],
  [`${'-'.repeat(34)}a`, [], ['a']],
  ['!!a & (b | c:*)', [['a', 'b', 'c']], []],
  ['"" "-" -', [], []],
  ['a\0b', [['a', 'b']], []],
])('of %j, all terms of one of %j are wanted and %j are not', (typed, anyOf, noneOf) => {
  expect(searchText(typed)).toEqual({ anyOf, noneOf });
});

test.each<[string, string[][]]>([
  ['or', [['or']]],
  ['or a', [['or', 'a']]],
  ['a or', [['a', 'or']]],
  ['a or or b', [['a'], ['or', 'b']]],
  ['a "or" b', [['a', 'or', 'b']]],
  ['orange', [['orange']]],
])('an or that stands between no two terms is a word: %j', (typed, anyOf) => {
  expect(searchText(typed).anyOf).toEqual(anyOf);
});

test('is of a few terms whatever is typed', () => {
  const typed = fc.string({ unit: fc.constantFrom(...'aß9-"! \n|&():*<>\'\\or'), maxLength: 300 });
  fc.assert(
    fc.property(typed, (text) => {
      const { anyOf, noneOf } = searchText(text);
      const terms = [...anyOf.flat(), ...noneOf];
      expect(terms.length).toBeLessThanOrEqual(20);
      for (const term of terms) expect(term).toMatch(/^[\p{L}\p{N}]+( [\p{L}\p{N}]+)*$/u);
      expect(anyOf).not.toContainEqual([]);
    }),
  );
});
