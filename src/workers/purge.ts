import type { BlobStore } from '../core/blob-store.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { itemPlace } from '../domain/media/blob-places.js';
import type { Pull } from '../domain/media/pull.js';
import { jobPolicies } from './policies.js';

/** Makes unreadable what people wrote of a deleted item, then removes its bytes. */
export const purgeWorker = ({
  blobs,
  eraseItem,
  findPull,
}: {
  readonly blobs: BlobStore;
  readonly eraseItem: (mediaId: string) => Promise<void>;
  readonly findPull: (mediaId: string) => Promise<Pull | undefined>;
}): Worker<JobPayload<'purge'>, JobPayload<'purge'>> => ({
  kind: 'purge',
  payload: jobPayloads.purge,
  subject: jobSubjects.item,
  policy: jobPolicies.purge,
  concurrency: 2,
  started: () => [],
  async run({ mediaId }, context) {
    // History alone says that it is deleted: a job is only what lay in some queue.
    await context.confirm([{ type: 'ConfirmPurge', data: { mediaId } }]);
    // First, and whatever becomes of the bytes: nothing that removes them needs to know more than the id.
    await eraseItem(mediaId);
    const gathering = (await findPull(mediaId))?.answer;
    if (gathering) await blobs.discard(gathering.growingKey);
    await blobs.remove(itemPlace(mediaId));
    return [{ type: 'RecordPurge', data: { mediaId } }];
  },
  failed: ({ mediaId }, { code, message, final }) =>
    final ? [{ type: 'FailPurge', data: { mediaId, code, message } }] : [],
});
