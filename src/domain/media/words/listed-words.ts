import type { FoundText } from '../../../core/found-text.js';
import type { PolicyDocument } from '../moderation-policy-document.js';
import type { FileTexts } from './file-texts.js';
import { letteredWords } from './lettered-words.js';

/** Words and phrases that an operator wants a person to know of, by language. */
export type WordLists = PolicyDocument['words'];

/** Where listed words stand: in what people wrote or the file tells, or in a line with its second. Never which: they are somebody's words, and history keeps this. */
export interface WordPlace {
  readonly where: string;
  readonly atSeconds: number | null;
}

/** As many as a person looks up. */
const mostPlaces = 8;

type Phrases = ReadonlyMap<string, readonly (readonly string[])[]>;

/** By their first words: a text of a film is gone through once, however long the lists are. */
const phrasesOf = (words: readonly string[]): Phrases =>
  Map.groupBy(
    words.map(letteredWords).filter((phrase) => phrase.length > 0),
    ([first = '']) => first,
  );

/** The listed phrases that begin with a word of a text. */
const phrasesAt = (
  phrases: Phrases,
  words: readonly string[],
  index: number,
): readonly (readonly string[])[] =>
  (phrases.get(words[index] as string) ?? []).filter((phrase) =>
    phrase.every((each, offset) => words[index + offset] === each),
  );

/** Where in a text each listed phrase begins. */
const beginningsIn = (phrases: Phrases, words: readonly string[]): number[] =>
  [...words.keys()].filter((index) => phrasesAt(phrases, words, index).length > 0);

/** Which listed phrases a text holds. */
const heldIn = (phrases: Phrases, text: string): ReadonlySet<string> => {
  const words = letteredWords(text);
  return new Set(words.flatMap((_, at) => phrasesAt(phrases, words, at).map((phrase) => phrase.join(' '))));
};

const holdsAny = (phrases: Phrases, text: string): boolean => heldIn(phrases, text).size > 0;

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

/** What people write of an item. */
export interface Details {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
}

const textsOf = ({ title, description, tags }: Details) => ({
  ...{ title: [title], description: [description], tags },
});

/** Where what people wrote of an item has listed words, of whatever language. Pure. */
export const wordsWritten = (lists: WordLists, details: Details): readonly WordPlace[] =>
  wordsAdded(lists, { title: '', description: '', tags: [] }, details);

/** Where a change of what people wrote brought listed words that did not stand there before. Pure. */
export function wordsAdded(lists: WordLists, before: Details, after: Details): readonly WordPlace[] {
  if (!lists) return [];
  const phrases = phrasesOf(listedIn(lists, null));
  const [old, texts] = [textsOf(before), textsOf(after)];
  const heldInAny = (each: readonly string[]) => new Set(each.flatMap((text) => [...heldIn(phrases, text)]));
  return (['title', 'description', 'tags'] as const).flatMap((where) => {
    const known = heldInAny(old[where]);
    const isAdded = [...heldInAny(texts[where])].some((phrase) => !known.has(phrase));
    return isAdded ? [{ where, atSeconds: null }] : [];
  });
}

/** Where what a file tells of itself has listed words, of whatever language. Pure. */
export function wordsInFile(lists: WordLists, { tags, chapters }: FileTexts): readonly WordPlace[] {
  if (!lists) return [];
  const phrases = phrasesOf(listedIn(lists, null));
  return [
    ...(tags.some((text) => holdsAny(phrases, text)) ? [{ where: 'tags of the file', atSeconds: null }] : []),
    ...chapters
      .filter(({ text }) => holdsAny(phrases, text))
      .slice(0, mostPlaces)
      .map(({ atSeconds }) => ({ where: 'chapters', atSeconds })),
  ];
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
