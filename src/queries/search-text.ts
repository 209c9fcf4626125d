/**
 * More than anybody types. Each costs a look into the index, and PostgreSQL's parser of searches has a stack that enough
 * operators overflow.
 */
const MAXIMUM_TERMS = 20;

/** A minus that begins a term, and the term: a quoted phrase (its end may be missing) or a run of letters and digits. */
const TERM = /((?<![\p{L}\p{N}])-[^\p{L}\p{N}\s"]*)?(?:"([^"]*)"?|([\p{L}\p{N}]+))/gu;

const wordsOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/**
 * What somebody searches for, as `websearch_to_tsquery` takes it whatever was typed: words split where the index splits
 * them, "phrases", `or` between terms and a leading minus; everything else, and what comes after the first 20 terms, is
 * left out.
 */
export function searchText(typed: string): string {
  const terms: string[] = [];
  for (const [, minus, phrase, word = ''] of typed.matchAll(TERM)) {
    if (terms.length >= MAXIMUM_TERMS) break;
    const text = phrase === undefined ? word : wordsOf(phrase);
    if (text === '') continue;
    terms.push(`${minus === undefined ? '' : '-'}${phrase === undefined ? text : `"${text}"`}`);
  }
  return terms.join(' ');
}
