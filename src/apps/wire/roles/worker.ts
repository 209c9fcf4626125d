import { createLocalVisionModels } from '../../../adapters/inference/local-vision-models.js';
import { systemClock } from '../../../runtime/clock.js';
import { runWorkers } from '../../../runtime/job/job-runner.js';
import { blobStoreCheck, jobQueueCheck, videoToolsCheck } from '../checks.js';
import { createEraseItem } from '../erase-item.js';
import { openWorkersBlobs } from '../open-blobs.js';
import type { Part, PartContext } from '../part.js';
import { createWorkers } from '../workers.js';
import { executeUntyped } from '../write-side.js';

/** Does the jobs. */
export async function workerPart(context: PartContext): Promise<Part> {
  const { config, execute, closers, logger } = context;
  const { tools, workRoot } = await context.videoTools();
  const vision = createLocalVisionModels({ logger });
  closers.add('models', () => vision.close());
  const blobs = await openWorkersBlobs({ config, blobs: await context.blobs(), closers });
  const { popularity, viewerActivity } = await context.readers.operators();
  const eraseItem = createEraseItem(context.storage);
  // Last, so that it is stopped first: jobs under way need everything above.
  const queue = await context.jobQueue();
  return {
    checks: {
      blobStore: blobStoreCheck(blobs, config.uploads.keepFreeBytes),
      jobQueue: jobQueueCheck(queue),
      videoTools: videoToolsCheck(tools),
    },
    metrics: { queues: queue.depth },
    async start() {
      await runWorkers({
        queue,
        workers: createWorkers({
          ...{ blobs, tools, vision, policy: config.moderation, eraseItem },
          ...{ popularity, viewerActivity, waiter: context.storage.waiter },
          viewers: context.storage.viewers,
        }),
        execute: executeUntyped(execute),
        workRoot,
        clock: systemClock.now,
        random: Math.random,
        logger,
      });
      // The queue's own stop ends the work.
      return { done: Promise.resolve() };
    },
    advice: () => tools.describe(),
  };
}
