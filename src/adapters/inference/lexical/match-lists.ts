/** Read in the inference thread: relative imports end in `.ts`. */
import type { ListEntry } from '../../../core/closed-list.js';
import type { DescribedItem } from '../../../core/inference/described-item.js';
import { timesIn, wordsOf } from './words.ts';

/** Words say what a text is made of, and nothing about what it means: nobody is sure by them. */
const MOST_CONFIDENCE = 0.8;
/** More than any source but what people gave as tags says alone: of the words of titles alone three of four suggestions were wrong. */
const LEAST_CONFIDENCE = 0.58;
const MOST_TIMES = 6;

/** How much a source says for a name that stands in it so many times, 0..1. */
const WEIGHTS = {
  title: () => 0.5,
  tags: () => 0.6,
  description: (times: number) => Math.min(0.5, 0.3 + 0.05 * times),
  said: (times: number) => Math.min(0.5, 0.1 * times),
  shown: (times: number) => Math.min(0.3, 0.1 * times),
} as const;
type Source = keyof typeof WEIGHTS;

interface Matched {
  readonly name: string;
  readonly confidence: number;
}

/** What each source of an item says in words, read once for all names. */
export interface Sources {
  readonly words: Readonly<Record<Source, string>>;
  /** By what a model of objects calls it, as a phrase. */
  readonly seen: ReadonlyMap<string, number>;
}

export const sourcesOf = (item: DescribedItem): Sources => ({
  words: {
    title: wordsOf(item.title),
    tags: wordsOf(item.tags.join(' | ')),
    description: wordsOf(item.description),
    said: wordsOf(item.said.map(({ text }) => text).join(' ')),
    shown: wordsOf(item.shown.map(({ text }) => text).join(' ')),
  },
  seen: new Map(item.seen.map(({ label, confidence }) => [wordsOf(label), confidence])),
});

/** Which names of a list the sources speak for, the likeliest first: by the names themselves and other words for the same, each source once. Pure. */
export function matchList(entries: readonly ListEntry[], { words, seen }: Sources): readonly Matched[] {
  return entries
    .map(({ name, aliases }) => {
      const phrases = [...new Set([name, ...aliases].map(wordsOf))].filter((phrase) => phrase.trim() !== '');
      const saying = (Object.keys(WEIGHTS) as Source[]).map((source) => {
        const times = phrases.reduce((sum, phrase) => sum + timesIn(words[source], phrase, MOST_TIMES), 0);
        return times > 0 ? WEIGHTS[source](times) : 0;
      });
      const looks = Math.max(0, ...phrases.map((phrase) => (seen.get(phrase) ?? 0) * 0.6));
      return { name, confidence: Math.min(MOST_CONFIDENCE, together([...saying, looks])) };
    })
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .toSorted((one, other) => other.confidence - one.confidence);
}

/** Sources that say the same make it likelier, none makes it certain. */
const together = (weights: readonly number[]): number =>
  Math.round((1 - weights.reduce((none, weight) => none * (1 - weight), 1)) * 1000) / 1000;
