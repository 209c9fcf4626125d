import { randomUUID } from 'node:crypto';
import { createPictureTools } from '../../../adapters/pictures/sharp-picture-tools.js';
import { systemClock } from '../../../runtime/clock.js';
import { runWorkers } from '../../../runtime/job/job-runner.js';
import { tellPresence } from '../../../runtime/job/tell-presence.js';
import { createTrainingThread } from '../../../training/training-thread.js';
import { askedForMetadata, rerankSettings } from '../asked-of-providers.js';
import { blobStoreCheck, jobQueueCheck, pictureToolsCheck, videoToolsCheck } from '../checks.js';
import { createEraseItem } from '../erase-item.js';
import { createFindPull } from '../find-pull.js';
import { createIsForgotten } from '../is-forgotten.js';
import { createMetadataReading } from '../metadata-reading.js';
import { once } from '../once.js';
import { openWorkersBlobs } from '../open-blobs.js';
import { openFileSource } from '../open-file-source.js';
import type { Part, PartContext } from '../part.js';
import { queueMetrics } from '../queue-metrics.js';
import { trainModels } from '../train-models.js';
import { watchLive } from '../watch-live.js';
import { createWorkers } from '../workers.js';
import { codec, executeUntyped } from '../write-side.js';

/** Does the jobs of the kinds it takes. */
export async function workerPart(context: PartContext): Promise<Part> {
  const { config, storage, execute, observing, closers, logger } = context;
  const workRoot = await context.workFolder();
  const pictureTools = once(async () => {
    const pictures = createPictureTools({ sandbox: config.tools.sandbox, trialFolder: workRoot });
    closers.add('pictures', () => pictures.close());
    return pictures;
  });
  const { workers, opened } = await createWorkers(
    config.workerKinds,
    {
      blobs: async () =>
        openWorkersBlobs({ config, blobs: await context.blobs(), metrics: observing.metrics, closers }),
      tools: context.videoTools,
      pictures: pictureTools,
      views: context.readers.operators,
      inference: context.inference.forJobs,
      async trainer() {
        const trainer = createTrainingThread();
        closers.add('training', () => trainer.close());
        return trainer;
      },
    },
    {
      ...{ policy: config.moderation.policy, chunking: config.tools.chunking },
      shorterLadders: config.tools.shorterLadders,
      suggestions: config.metadata.atIngestion,
      eraseItem: createEraseItem(storage),
      ...{ waiter: storage.waiter, viewers: storage.viewers, isForgotten: createIsForgotten(storage) },
      ...{ source: openFileSource(config), findPull: createFindPull(storage), locker: storage.locker },
      limits: { ...config.uploads, ...config.pulls },
      experiment: config.recommender.experiment,
      rerank: rerankSettings(config),
      ...{ log: storage.sealedLog, decode: codec.decode },
      ...createMetadataReading(storage),
      askedForMetadata: askedForMetadata(config.providers),
    },
  );
  const { blobs, tools, pictures, views } = opened;
  // Last, so that it is stopped first: jobs under way need everything above.
  const queue = await context.jobQueue();
  return {
    checks: {
      ...(blobs && { blobStore: blobStoreCheck(blobs, config.uploads.keepFreeBytes) }),
      jobQueue: jobQueueCheck(queue, storage.presence),
      ...(tools && { videoTools: videoToolsCheck(tools) }),
      ...(pictures && { pictures: pictureToolsCheck(pictures) }),
    },
    metrics: queueMetrics(queue, storage.presence),
    async start() {
      await runWorkers({
        ...{ queue, workers, workRoot, logger },
        execute: executeUntyped(execute),
        clock: systemClock.now,
        random: Math.random,
      });
      // The queue's own stop ends the work.
      const { presence } = storage;
      const kinds = config.workerKinds;
      const running = { clock: systemClock, logger, signal: context.stopping };
      return {
        done: Promise.all([
          tellPresence({ ...{ presence, processId: randomUUID(), kinds }, ...running }),
          kinds.includes('train') && views && trainModels(views, context),
          // Whoever names what is to be seen in films does so of frames that come by themselves.
          kinds.includes('tag') && watchLive(context, pictureTools),
        ]),
      };
    },
    ...(tools && { advice: () => tools.describe() }),
  };
}
