import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { stepWorker } from './step-worker.js';
import { type MetadataSources, suggestMetadata } from './suggest-metadata.js';

/** Has a model suggest what an item is called and about as it comes in, when all that can be said of it is known. */
export const suggestWorker = ({
  historyOf,
  policy,
  ...sources
}: MetadataSources & {
  /** By whose list words are looked for in what is taken by itself. */
  readonly policy: ModerationPolicy;
}) =>
  stepWorker({
    step: 'suggest',
    concurrency: 2,
    async run({ mediaId, use }, held, { signal }) {
      const suggested = await suggestMetadata(sources, await historyOf(mediaId), signal);
      return [{ type: 'RecordSuggestions', data: { ...held, suggested, use, policy } }];
    },
  });
