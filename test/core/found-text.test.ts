import { expect, test } from 'vitest';
import { boundedTexts, tidyText } from '../../src/core/found-text.js';
import { passagesOf, piecesOf } from '../../src/core/text-passages.js';

const lines = (count: number, text = 'a line') =>
  Array.from({ length: count }, (_, index) => ({ atSeconds: index, text }));

test.each([
  ['a\u0000b\u0002c\nd\t e ', 'ab c d e'],
  ['half \ud800 of a pair', 'half \ufffd of a pair'],
  ['\u0003', ''],
])('of %j nothing is left that no view could keep or that would pass for a mark', (text, expected) => {
  expect(tidyText(text)).toBe(expected);
});

test('what is too much is left out from behind, and what says nothing is left out', () => {
  const texts = [
    { language: 'en', streamIndex: 1, lines: [{ atSeconds: 0, text: ' ' }, ...lines(3)] },
    { language: 'de', streamIndex: 2, lines: lines(3) },
  ];
  const kept = boundedTexts(texts, 4 * 50);
  expect(kept.map((text) => text.lines.length)).toEqual([3, 1]);
  expect(boundedTexts(texts, 3 * 50).map(({ streamIndex }) => streamIndex)).toEqual([1]);
});

test('a line has no more than 500 characters', () => {
  const [text] = boundedTexts([{ language: null, streamIndex: null, lines: lines(1, 'x'.repeat(9000)) }]);
  expect(text?.lines[0]?.text.length).toBe(500);
});

test('lines that are near each other are a passage, those far apart are not', () => {
  const spoken = [0, 2, 29, 31, 500].map((atSeconds) => ({ atSeconds, text: 'word' }));
  expect(passagesOf(spoken).map((passage) => passage.lines.map(({ atSeconds }) => atSeconds))).toEqual([
    [0, 2, 29],
    [31],
    [500],
  ]);
  expect(passagesOf(lines(4, 'x'.repeat(150))).map((passage) => passage.lines.length)).toEqual([2, 2]);
});

test('a long text is cut between lines, and all of it is there', () => {
  expect(piecesOf(lines(5, 'abcd'), 9)).toEqual(['abcd\nabcd', 'abcd\nabcd', 'abcd']);
  expect(piecesOf([])).toEqual([]);
});
