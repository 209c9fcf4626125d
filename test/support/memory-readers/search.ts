import type { JsonValue } from '../../../src/core/json.js';
import type { SearchTerms } from '../../../src/core/readers/search-terms.js';

const wordsOf = (text: string): string =>
  ` ${
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(' ') ?? ''
  } `;

/** Whether texts, each of them for itself, have what a search is for. */
export function isFound(texts: readonly JsonValue[], { anyOf, noneOf }: SearchTerms): boolean {
  const searched = texts.map((text) => wordsOf(String(text)));
  const has = (term: string) => searched.some((words) => words.includes(` ${term.toLowerCase()} `));
  return anyOf.some((terms) => terms.every(has)) && !noneOf.some(has);
}
