import { randomUUID } from 'node:crypto';
import { createProcessLocker } from '../../../adapters/local-disk/process-locker.js';
import type { Uploads } from '../../../commands/uploads/uploads.js';
import { messageOf } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';
import { NO_REQUEST } from '../../../core/request-origin.js';
import { projections } from '../../../projections/index.js';
import { systemClock } from '../../../runtime/clock.js';
import { createStorageChecks, createStorageReports } from '../../../runtime/storage/storage-checks.js';
import { sweepBlobs } from '../../../runtime/storage/sweep-blobs.js';
import { checkStorage } from '../../../storage/check-storage.js';
import { shareOriginals } from '../../../storage/share-originals.js';
import type { Config } from '../../config.js';
import { reviewersOf } from '../../http/access.js';
import { mountTus } from '../../http/mount-tus.js';
import { blobStoreCheck, jobQueueCheck } from '../checks.js';
import { commandEndpoints } from '../endpoints.js';
import { createEraseItem } from '../erase-item.js';
import { openFileSource } from '../open-file-source.js';
import type { Part, PartContext } from '../part.js';
import { createProjectionRebuilds } from '../projection-rebuilds.js';
import { codec, createMediaUploads } from '../write-side.js';

const UPLOAD_SWEEP_SECONDS = 60;

/** Takes commands and uploads; rebuilds views when told to; checks the files, which one process at a time does. */
export async function commandPart(context: PartContext): Promise<Part> {
  const { config, storage, execute, access, closers, logger, stopping } = context;
  refuseLonelyReviewers(config);
  const [blobs, queue] = [await context.blobs(), await context.jobQueue()];
  // A data folder has one process with this role, a bucket as many as one likes.
  const locker = config.s3 ? storage.locker : createProcessLocker();
  const uploads = createMediaUploads({
    ...{ config, ledger: storage.ledger, blobs, locker },
    ...{ execute, logger, stopping },
  });
  closers.add('joining of uploads', () => uploads.settled());
  const rebuilds = createProjectionRebuilds({
    projections,
    store: storage.store,
    projectionStore: storage.projectionStore,
    decode: codec.decode,
    clock: systemClock,
    logger,
    signal: stopping,
  });
  closers.add('rebuilds of views', () => rebuilds.done());
  const reports = createStorageReports(blobs);
  const eraseItem = createEraseItem(storage);
  async function purged(mediaId: string): Promise<void> {
    await eraseItem(mediaId);
    await execute({
      ...{ commandId: randomUUID(), correlationId: mediaId, causationId: null, actor: 'storage-check' },
      ...NO_REQUEST,
      command: { type: 'RecordPurge', data: { mediaId } },
    });
  }
  const checking = { clock: systemClock, logger, signal: stopping };
  const checks = createStorageChecks({
    ...{ ...checking, reports, locker, newId: randomUUID },
    check: (run, signal) =>
      checkStorage({
        ...checking,
        ...run,
        signal,
        store: storage.store,
        blobs,
        decode: codec.decode,
        purged,
      }),
  });
  closers.add('storage check', () => checks.done());
  const { shareBytes } = blobs;
  const { mediaLibrary, models, liveSources } = await context.readers.operators();
  return {
    endpoints: commandEndpoints({
      ...{ execute, uploads, storage, queue, rebuilds, checks, models, liveSources },
      source: openFileSource(config),
      policy: config.moderation.policy,
      reviewers: reviewersOf(config.apiKeys),
      live: {
        topic: await context.frameTopic(),
        heartbeatSeconds: config.live.heartbeatSeconds,
        countPublished: (frames) => context.observing.metrics.add('live_frames_published_total', {}, frames),
      },
    }),
    mount: (server) => mountTus(server, { handle: uploads.handleTus, access }),
    metrics: { storage: reports.latest },
    checks: {
      blobStore: blobStoreCheck(blobs, config.uploads.keepFreeBytes),
      jobQueue: jobQueueCheck(queue, storage.presence),
    },
    async start() {
      const sweeping = [sweepUploads(uploads, logger, stopping), sweepBlobs({ ...checking, blobs })];
      const sharing =
        shareBytes &&
        shareOriginals({
          ...{ ...checking, shareBytes, library: mediaLibrary, log: storage.sealedLog, decode: codec.decode },
          ...{ checkpoints: storage.checkpoints, waiter: storage.waiter },
        });
      return { done: Promise.all([...sweeping, sharing, checks.runDaily()]) };
    },
  };
}

/** Throws where a policy wants two people and the server cannot tell one from another. */
function refuseLonelyReviewers({ apiKeys, moderation }: Config): void {
  if (moderation.policy.fourEyes.length > 0 && new Set(apiKeys).size < 2)
    throw new Error(
      'The moderation policy wants two people (fourEyes), who are known by their keys: MEDIAFLOW_API_KEYS has to have two at least.',
    );
}

/** Beside requests, not before them: of a file that was cut off at its end, every byte is read once more. */
async function sweepUploads(uploads: Uploads, logger: Logger, signal: AbortSignal): Promise<void> {
  for (let sweep = uploads.resumeInterrupted; !signal.aborted; sweep = uploads.expireUploads) {
    await sweep(signal).catch((error: unknown) =>
      logger.warn({ error: messageOf(error) }, 'interrupted and expired uploads could not be swept'),
    );
    await systemClock.sleep(UPLOAD_SWEEP_SECONDS, signal);
  }
}
