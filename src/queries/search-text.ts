import type { SearchTerms } from '../core/readers/search-terms.js';

/** More than anybody types; each costs a look into an index. */
const MAXIMUM_TERMS = 20;

/** A minus that begins a term, and the term: a quoted phrase (its end may be missing) or a run of letters and digits. */
const TERM = /((?<![\p{L}\p{N}])-[^\p{L}\p{N}\s"]*)?(?:"([^"]*)"?|([\p{L}\p{N}]+))/gu;

const wordsOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

interface Wanted {
  readonly term: string;
  /** An `or`, as long as it stands between two terms. */
  readonly mayBeOr: boolean;
}

function alternativesOf(wanted: readonly Wanted[]): string[][] {
  const alternatives: string[][] = [];
  let current: string[] = [];
  wanted.forEach(({ term, mayBeOr }, index) => {
    if (mayBeOr && current.length > 0 && index < wanted.length - 1) {
      alternatives.push(current);
      current = [];
    } else current.push(term);
  });
  return current.length > 0 ? [...alternatives, current] : alternatives;
}

/**
 * What somebody searches for, whatever was typed: words split where the library splits them, "phrases", `or` between them,
 * and a leading minus before what is not wanted; everything else, and what comes after the first 20 terms, is left out.
 */
export function searchText(typed: string): SearchTerms {
  const wanted: Wanted[] = [];
  const noneOf: string[] = [];
  for (const [, minus, phrase, word = ''] of typed.matchAll(TERM)) {
    if (wanted.length + noneOf.length >= MAXIMUM_TERMS) break;
    const term = phrase === undefined ? word : wordsOf(phrase);
    if (term === '') continue;
    if (minus === undefined) wanted.push({ term, mayBeOr: phrase === undefined && /^or$/i.test(word) });
    else noneOf.push(term);
  }
  return { anyOf: alternativesOf(wanted), noneOf };
}
