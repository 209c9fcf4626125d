/** Read in the inference thread: relative imports end in `.ts`. */

/** A text as its words alone, each between two blanks. */
export const wordsOf = (text: string): string =>
  ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()} `;

/** How often a phrase stands in words, `most` times at most. */
export function timesIn(words: string, phrase: string, most: number): number {
  let times = 0;
  for (let at = words.indexOf(phrase); at >= 0 && times < most; at = words.indexOf(phrase, at + 1)) times++;
  return times;
}
