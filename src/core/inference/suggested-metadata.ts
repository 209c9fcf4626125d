import { z } from 'zod';
import type { ClosedLists, ListEntry } from '../closed-list.js';
import { plainWords } from '../plain-words.js';

export const suggestedLimits = { title: 120, summary: 600, tags: 12 };

const confidence = z
  .number()
  .min(0)
  .max(1.001)
  .transform((value) => Math.min(1, value));
const suggestedText = (most: number) => z.object({ text: z.string().min(1).max(most), confidence });
const suggestedName = z.object({ name: z.string().min(1).max(100), confidence });

/** What a model suggests: null where it has nothing to suggest. */
export const suggestedMetadataSchema = z.object({
  title: suggestedText(suggestedLimits.title).nullable(),
  summary: suggestedText(suggestedLimits.summary).nullable(),
  tags: z.array(suggestedName).max(suggestedLimits.tags),
  genre: suggestedName.nullable(),
});
export type SuggestedMetadata = z.infer<typeof suggestedMetadataSchema>;
type SuggestedName = SuggestedMetadata['tags'][number];

/**
 * What may be kept of an answer, whoever gave it: names of the lists and no others, each once, the surest first; texts of plain words, and none
 * at all where they hold an address or markup, which no title needs. Pure.
 */
export function heldMetadata(answer: SuggestedMetadata, lists: ClosedLists): SuggestedMetadata {
  const genre = answer.genre && inList(lists.genres)(answer.genre)[0];
  const tags = new Map<string, SuggestedName>();
  for (const tag of answer.tags.flatMap(inList(lists.tags)).toSorted(surestFirst))
    if (!tags.has(tag.name)) tags.set(tag.name, tag);
  return {
    title: heldText(answer.title, suggestedLimits.title),
    summary: heldText(answer.summary, suggestedLimits.summary),
    tags: [...tags.values()].slice(0, suggestedLimits.tags),
    genre: genre ?? null,
  };
}

const surestFirst = (one: SuggestedName, other: SuggestedName): number => other.confidence - one.confidence;

function inList(entries: readonly ListEntry[]) {
  const names = new Set(entries.map(({ name }) => name));
  return ({ name, confidence: sure }: SuggestedName): SuggestedName[] =>
    names.has(name) ? [{ name, confidence: sure }] : [];
}

function heldText(suggested: SuggestedMetadata['title'], most: number): SuggestedMetadata['title'] {
  const text = suggested && plainWords(suggested.text, most);
  return suggested && text ? { text, confidence: suggested.confidence } : null;
}
