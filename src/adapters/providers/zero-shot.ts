import { z } from 'zod';
import type { ListEntry } from '../../core/closed-list.js';
import type { DescribedItem, MetadataRequest } from '../../core/inference/described-item.js';
import { type SuggestedMetadata, suggestedLimits } from '../../core/inference/suggested-metadata.js';
import { fewAtATime } from './provider-client.js';

/** What such models read of a text. */
const MOST_CHARACTERS = 2000;
/** Hosted models take no more at once; each name is judged by itself, so that parts of a list can be compared. */
const NAMES_AT_ONCE = 10;
/** Below this a model leans the other way. */
const LEAST_CONFIDENCE = 0.5;

const label = z.string().max(100);
const score = z.number().min(0).max(1);
/** Servers answer in either form. */
const scoredSchema = z.union([
  z.array(z.object({ label, score })).max(100),
  z
    .object({ labels: z.array(label).max(100), scores: z.array(score).max(100) })
    .refine(({ labels, scores }) => labels.length === scores.length)
    .transform(({ labels, scores }) => labels.map((each, at) => ({ label: each, score: scores[at] ?? 0 }))),
]);

type Ask = (body: object) => Promise<z.infer<typeof scoredSchema>>;
export const zeroShotSchema = scoredSchema;

/** Tags and genre by a model that says how well a name fits a text; it writes no texts of its own, and names of the lists alone are believed. */
export async function zeroShotMetadata(
  ask: Ask,
  { item, lists }: MetadataRequest,
): Promise<SuggestedMetadata> {
  const inputs = inWords(item);
  const fitting = async (entries: readonly ListEntry[]) => {
    const names = entries.map(({ name }) => name);
    const parts = Array.from({ length: Math.ceil(names.length / NAMES_AT_ONCE) }, (_, at) =>
      names.slice(at * NAMES_AT_ONCE, (at + 1) * NAMES_AT_ONCE),
    );
    const scored = await fewAtATime(parts, (candidate_labels) =>
      ask({ inputs, parameters: { candidate_labels, multi_label: true } }),
    );
    return scored
      .flat()
      .filter((each) => names.includes(each.label) && each.score >= LEAST_CONFIDENCE)
      .map((each) => ({ name: each.label, confidence: each.score }))
      .toSorted((one, other) => other.confidence - one.confidence);
  };
  if (inputs === '') return { title: null, summary: null, tags: [], genre: null };
  const tags = await fitting(lists.tags);
  const [genre = null] = await fitting(lists.genres);
  return { title: null, summary: null, tags: tags.slice(0, suggestedLimits.tags), genre };
}

const inWords = ({ title, description, tags, seen, said, shown }: DescribedItem): string =>
  [
    ...[title, description, tags.join(', '), seen.map((each) => each.label).join(', ')],
    ...[...said, ...shown].map(({ text }) => text),
  ]
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, MOST_CHARACTERS)
    .toWellFormed()
    .trim();
