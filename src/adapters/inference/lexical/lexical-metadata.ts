/** Read in the inference thread: relative imports end in `.ts`. */
import type { MetadataRequest } from '../../../core/inference/described-item.js';
import type { SuggestedMetadata } from '../../../core/inference/suggested-metadata.js';
import { matchList, sourcesOf } from './match-lists.ts';
import { summaryOf, titleOf } from './suggest-texts.ts';

const MOST_TAGS = 12;

/** What the words of an item say for names of the lists: no model of language, and no more than words can tell. Pure. */
export function lexicalMetadata({ item, lists }: MetadataRequest): SuggestedMetadata {
  const sources = sourcesOf(item);
  return {
    title: titleOf(item),
    summary: summaryOf(item),
    tags: matchList(lists.tags, sources).slice(0, MOST_TAGS),
    genre: matchList(lists.genres, sources)[0] ?? null,
  };
}
