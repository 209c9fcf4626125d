import type { BlobStore } from '../core/blob-store.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { itemPlace } from '../domain/media/blob-places.js';
import { jobPolicies } from './policies.js';

/** Removes the bytes of a deleted item. */
export const purgeWorker = ({
  blobs,
}: {
  readonly blobs: BlobStore;
}): Worker<JobPayload<'purge'>, JobPayload<'purge'>> => ({
  kind: 'purge',
  payload: jobPayloads.purge,
  subject: jobSubjects.item,
  policy: jobPolicies.purge,
  concurrency: 2,
  started: () => [],
  async run({ mediaId }) {
    await blobs.remove(itemPlace(mediaId));
    return [{ type: 'RecordPurge', data: { mediaId } }];
  },
  failed: ({ mediaId }, { code, message, final }) =>
    final ? [{ type: 'FailPurge', data: { mediaId, code, message } }] : [],
});
