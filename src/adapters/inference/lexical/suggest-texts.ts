/** Read in the inference thread: relative imports end in `.ts`. */
import type { DescribedItem } from '../../../core/inference/described-item.js';
import { wordsOf } from './words.ts';

interface Text {
  readonly text: string;
  readonly confidence: number;
}

const MOST_CHARACTERS = 240;
const LEAST_CHARACTERS = 40;
/** Below this many words nothing is said often enough to be what it is about. */
const LEAST_SAID_WORDS = 120;
/** Taken out of its context, a sentence may say little of the whole. */
const OF_DESCRIPTION = 0.5;
const OF_SPEECH = 0.3;
const OF_FILENAME = 0.3;

/** What cameras and telephones call a file. */
const MADE_UP =
  /^(img|dsc[fn]?|dcim|vid|video|mov|pxl|gopr|gh|mvi|image|photo|screenrecording|screenshot|final|export|copy|untitled|\d+|[0-9a-f]{8,})$/i;

/** A file's name as people would write it; null of one that a device made up or that says nothing else without its ending, and of titles that somebody gave. Pure. */
export function titleOf({ title, isTitleFilename }: DescribedItem): Text | null {
  if (!isTitleFilename) return null;
  const name = title.replace(/\.[\p{L}\p{N}]{1,5}$/u, '');
  const words = name.split(/[\s_.\-–()[\]]+/u).filter((word) => word !== '' && !MADE_UP.test(word));
  const text = words.join(' ');
  if (words.length < 2 || !/\p{L}{3}/u.test(text)) return null;
  // Everybody reads that much without its ending.
  if (text.toLowerCase() === name.toLowerCase()) return null;
  return { text: text.charAt(0).toUpperCase() + text.slice(1), confidence: OF_FILENAME };
}

const sentencesOf = (text: string): readonly string[] =>
  (text.replace(/\s+/g, ' ').match(/[^.!?…。！？]+[.!?…。！？]+/gu) ?? []).map((sentence) => sentence.trim());

const isFitting = (sentence: string): boolean =>
  sentence.length >= LEAST_CHARACTERS && sentence.length <= MOST_CHARACTERS;

/** A sentence of the item itself that stands for the rest: never a new one. Null where there is none to be taken. Pure. */
export function summaryOf({ description, said }: DescribedItem): Text | null {
  // A short description is its own summary.
  if (description.length > MOST_CHARACTERS) {
    const first = sentencesOf(description).find(isFitting);
    return first === undefined ? null : { text: first, confidence: OF_DESCRIPTION };
  }
  if (description.trim() !== '') return null;
  const speech = said.map(({ text }) => text).join(' ');
  const words = wordsOf(speech).trim().split(' ');
  if (words.length < LEAST_SAID_WORDS) return null;
  const counts = new Map<string, number>();
  for (const word of words) if (word.length > 4) counts.set(word, (counts.get(word) ?? 0) + 1);
  const scored = sentencesOf(speech)
    .filter(isFitting)
    .map((sentence) => ({ sentence, score: centrality(sentence, counts) }));
  const best = scored.reduce<(typeof scored)[number] | undefined>(
    (one, other) => (one && one.score >= other.score ? one : other),
    undefined,
  );
  return best ? { text: best.sentence, confidence: OF_SPEECH } : null;
}

/** How often what it speaks of is spoken of in the whole, a word. */
function centrality(sentence: string, counts: ReadonlyMap<string, number>): number {
  const words = wordsOf(sentence).trim().split(' ');
  const often = [...new Set(words)].reduce((sum, word) => sum + Math.max(0, (counts.get(word) ?? 0) - 1), 0);
  return often / words.length;
}
