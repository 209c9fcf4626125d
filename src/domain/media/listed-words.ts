import type { FoundText } from '../../core/found-text.js';
import type { ModerationDecision } from './moderation-policy.js';
import type { PolicyDocument } from './moderation-policy-document.js';

/** Words and phrases that an operator wants a person to know of, by language. */
export type WordLists = PolicyDocument['words'];

/** Where listed words stand: in a field that people wrote, or in a line with its second. Never which: they are somebody's words, and history keeps this. */
export interface WordPlace {
  readonly where: string;
  readonly atSeconds: number | null;
}

/** As many as a person looks up. */
const mostPlaces = 8;

/** Letters of other alphabets that are taken for Latin ones, and signs that stand for letters. */
const lookalikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ѕ: 's', ј: 'j', ԁ: 'd' },
  ...{ α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x' },
};
const insteadOfLetters: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
};

/** Scripts that write words one after the other without a space: each of their letters counts as a word, and what is listed is a phrase of them. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/**
 * A text as words are looked for in it: by its letters, whatever their case, accents, width or alphabet, without what nobody sees; digits and signs between letters are those
 * they stand for. Lists are read the same way, so that what is exact stays exact.
 */
export function letteredWords(text: string): readonly string[] {
  const letters = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    // There and back, as some letters are two when large (ß, SS), and some have two small forms (σ, ς).
    .toUpperCase()
    .toLowerCase()
    .replace(/[^a-z0-9\s]/gu, (letter) => lookalikes[letter] ?? letter)
    .replace(/(?<=\p{L})[013457@$!]+(?=\p{L})/gu, (signs) =>
      [...signs].map((sign) => insteadOfLetters[sign] ?? sign).join(''),
    )
    .replace(unspaced, ' $& ');
  return letters.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

type Phrases = ReadonlyMap<string, readonly (readonly string[])[]>;

/** By their first words: a text of a film is gone through once, however long the lists are. */
const phrasesOf = (words: readonly string[]): Phrases =>
  Map.groupBy(
    words.map(letteredWords).filter((phrase) => phrase.length > 0),
    ([first = '']) => first,
  );

/** Where in a text each listed phrase begins. */
const beginningsIn = (phrases: Phrases, words: readonly string[]): number[] =>
  [...words.keys()].filter((index) =>
    (phrases.get(words[index] as string) ?? []).some((phrase) =>
      phrase.every((each, offset) => words[index + offset] === each),
    ),
  );

const holdsAny = (phrases: Phrases, text: string): boolean =>
  beginningsIn(phrases, letteredWords(text)).length > 0;

/** The lines in which listed phrases begin. They may end in the next: where a line ends is up to who wrote the words down. */
function linesWithAny(phrases: Phrases, lines: FoundText['lines']): FoundText['lines'] {
  const words = lines.flatMap((line) => letteredWords(line.text).map((word) => ({ word, line })));
  const begin = beginningsIn(
    phrases,
    words.map(({ word }) => word),
  );
  return [...new Set(begin.flatMap((index) => words[index]?.line ?? []))];
}

/** Of the lists of a language, and of all where nobody knows which it is. */
const listedIn = (lists: NonNullable<WordLists>, language: string | null): string[] =>
  Object.entries(lists).flatMap(([of, words]) => (language === null || of === language ? words : []));

/** Where what people wrote of an item has listed words, of whatever language. Pure. */
export function wordsWritten(
  lists: WordLists,
  {
    title,
    description,
    tags,
  }: { readonly title: string; readonly description: string; readonly tags: readonly string[] },
): readonly WordPlace[] {
  if (!lists) return [];
  const phrases = phrasesOf(listedIn(lists, null));
  const fields = { title: [title], description: [description], tags };
  return Object.entries(fields).flatMap(([where, texts]) =>
    texts.some((text) => holdsAny(phrases, text)) ? [{ where, atSeconds: null }] : [],
  );
}

/** When listed words are said, or to be read, the first of them. Pure. */
export function wordsFound(
  lists: WordLists,
  where: string,
  texts: readonly FoundText[],
): readonly WordPlace[] {
  if (!lists) return [];
  return texts
    .flatMap(({ language, lines }) => {
      const phrases = phrasesOf(listedIn(lists, language));
      if (phrases.size === 0) return [];
      return linesWithAny(phrases, lines).map(({ atSeconds }) => ({ where, atSeconds }));
    })
    .slice(0, mostPlaces);
}

export const explainWords = (places: readonly WordPlace[]): string =>
  `Words of the policy's list are in: ${places
    .map(({ where, atSeconds }) => (atSeconds === null ? where : `${where} at ${atSeconds.toFixed(1)} s`))
    .join(', ')}.`;

/** What has listed words goes to a person: words reject nothing, and approve nothing. Of what goes to one anyway it is told beside. Pure. */
export function heedWords(decision: ModerationDecision, places: readonly WordPlace[]): ModerationDecision {
  if (places.length === 0 || decision.outcome === 'rejected') return decision;
  const explanation = explainWords(places);
  if (decision.outcome === 'in_review')
    return { ...decision, explanation: `${decision.explanation} ${explanation}` };
  return { ...decision, outcome: 'in_review', rule: 'listed_words', explanation };
}
