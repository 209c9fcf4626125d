import type { ReadLine } from '../../../core/inference/read-lines.js';

/** Tesseract is hardly ever surer of what is a texture, and no letter. */
const SURE_OF_WORD = 0.6;
/** One or two letters are found in many a tree. */
const isWord = (text: string): boolean => /[\p{L}\p{N}]{3}/u.test(text);
const MOST_LINES = 500;
const MOST_CHARACTERS = 2000;

interface Word {
  readonly line: string;
  readonly text: string;
  readonly confidence: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The lines of a table of Tesseract (TSV), in its order, without words that are none, as far as can be told. A line is as sure as its words are, each by its
 * letters. Pure.
 */
export function linesInTable(
  table: string,
  { width, height }: { readonly width: number; readonly height: number },
): readonly ReadLine[] {
  const lines = Map.groupBy(table.split('\n').flatMap(wordIn), ({ line }) => line);
  return [...lines.values()]
    .filter((words) => words.some(({ text }) => isWord(text)))
    .slice(0, MOST_LINES)
    .map((words) => {
      const letters = words.reduce((sum, { text }) => sum + text.length, 0);
      const sure = words.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0);
      const [left, top] = [leastOf(words, 'left'), leastOf(words, 'top')];
      const [right, bottom] = [mostOf(words, 'right'), mostOf(words, 'bottom')];
      return {
        text: words
          .map(({ text }) => text)
          .join(' ')
          .slice(0, MOST_CHARACTERS),
        confidence: sure / letters,
        box: [left / width, top / height, (right - left) / width, (bottom - top) / height],
      };
    });
}

/** Level, page, block, paragraph, line, word, left, top, width, height, confidence, text. */
function wordIn(row: string): Word[] {
  const [level, page, block, paragraph, line, , ...rest] = row.split('\t');
  const [left = 0, top = 0, width = 0, height = 0, percent = 0] = rest.slice(0, 5).map(Number);
  const text = rest[5]?.trim() ?? '';
  if (level !== '5' || text === '' || !(percent / 100 >= SURE_OF_WORD)) return [];
  return [
    {
      ...{ line: [page, block, paragraph, line].join(), text, confidence: percent / 100 },
      ...{ left, top, right: left + width, bottom: top + height },
    },
  ];
}

const leastOf = (words: readonly Word[], side: 'left' | 'top') =>
  Math.min(...words.map((word) => word[side]));
const mostOf = (words: readonly Word[], side: 'right' | 'bottom') =>
  Math.max(...words.map((word) => word[side]));
