/**
 * More than anybody types. Each costs a look into the index, and PostgreSQL's parser of searches has a stack that enough
 * operators overflow.
 */
const MAXIMUM_TERMS = 20;

/** A minus that begins a term, and the term: a quoted phrase (its end may be missing) or a run of letters and digits. */
const TERM = /((?<![\p{L}\p{N}])-[^\p{L}\p{N}\s"]*)?(?:"([^"]*)"?|([\p{L}\p{N}]+))/gu;

const wordsOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** Two searches as `websearch_to_tsquery` takes them; each may be empty. */
export interface SearchText {
  readonly wanted: string;
  /** Each with its minus. */
  readonly unwanted: string;
}

/**
 * What somebody searches for, whatever was typed: words split where the index splits them, "phrases", `or` between them,
 * and a leading minus before what is not wanted; everything else, and what comes after the first 20 terms, is left out.
 */
export function searchText(typed: string): SearchText {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const [, minus, phrase, word = ''] of typed.matchAll(TERM)) {
    if (wanted.length + unwanted.length >= MAXIMUM_TERMS) break;
    const text = phrase === undefined ? word : wordsOf(phrase);
    if (text === '') continue;
    const term = phrase === undefined ? text : `"${text}"`;
    if (minus === undefined) wanted.push(term);
    else unwanted.push(`-${term}`);
  }
  return { wanted: wanted.join(' '), unwanted: unwanted.join(' ') };
}
