/**
 * What somebody searches for. A term is a word, or words with one space between each, which have to stand one after
 * another. Words are runs of letters and digits; their case does not matter.
 */
export interface SearchTerms {
  /** Of at least one of these every term is there. Without any, nothing is found. */
  readonly anyOf: readonly (readonly string[])[];
  /** None of these is there. */
  readonly noneOf: readonly string[];
}
