import { expect, test } from 'vitest';
import { linesInTable } from '../../../../src/adapters/inference/text/lines-in-table.js';

const size = { width: 200, height: 100 };
/** Level, page, block, paragraph, line, word, left, top, width, height, confidence, text. */
const word = (line: number, text: string, percent: number, left = 10) =>
  ['5', '1', '1', '1', line, '1', left, line * 10, 20, 8, percent, text].join('\t');

test.each<[string, string[], string[]]>([
  ['words of a line, in their order', [word(1, 'The', 96), word(1, 'Garden', 95)], ['The Garden']],
  ['lines apart', [word(1, 'The', 96), word(2, 'Garden', 95)], ['The', 'Garden']],
  ['words that are sure alone', [word(1, 'Camera', 97), word(1, '"y', 16)], ['Camera']],
  ['short words beside a long one', [word(1, 'A', 97), word(1, 'film', 96)], ['A film']],
  ['no letters that stand alone', [word(1, 'i', 92), word(1, 'AN', 92), word(1, '|', 99)], []],
  ['letters of any script', [word(1, 'Привет', 90)], ['Привет']],
  ['nothing of rows that are no words', ['4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t', 'garbage', ''], []],
  ['no word without a confidence', [word(1, 'Garden', Number.NaN)], []],
])('a table has %s', (_, rows, texts) => {
  expect(linesInTable(rows.join('\n'), size).map(({ text }) => text)).toEqual(texts);
});

test('a line is as sure as its words by their letters, and stands where all of them do', () => {
  const rows = [word(2, 'The', 70, 20), word(2, 'Garden', 100, 60)];
  const [line] = linesInTable(rows.join('\n'), size);
  expect(line?.confidence).toBeCloseTo((3 * 0.7 + 6) / 9);
  expect(line?.box).toEqual([0.1, 0.2, 0.3, 0.08]);
});
