import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { evolveMedia, initialMediaState } from '../domain/media/media-state.js';
import { isAwaited } from '../domain/media/metadata/decide-metadata.js';
import { jobPolicies } from './policies.js';
import { type MetadataSources, suggestMetadata } from './suggest-metadata.js';

type Payload = JobPayload<'metadata'>;

/** Has a model suggest what an item is called and about, because somebody asked; people decide what becomes of it. */
export const metadataWorker = ({ historyOf, ...sources }: MetadataSources): Worker<Payload, Payload> => ({
  kind: 'metadata',
  payload: jobPayloads.metadata,
  subject: jobSubjects.suggestion,
  policy: jobPolicies.metadata,
  concurrency: 2,
  started: () => [],
  async run({ mediaId, requestId }, { signal }) {
    const history = await historyOf(mediaId);
    // Nobody is paid for what nobody waits for.
    if (!isAwaited(history.reduce(evolveMedia, initialMediaState), requestId)) return [];
    const suggested = await suggestMetadata(sources, history, signal);
    return [{ type: 'RecordMetadata', data: { mediaId, requestId, ...suggested } }];
  },
  failed: ({ mediaId, requestId }, { code, message, final }) =>
    final ? [{ type: 'FailMetadata', data: { mediaId, requestId, code, message } }] : [],
});
