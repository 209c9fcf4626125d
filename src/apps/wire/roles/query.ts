import { createStorageReports } from '../../../runtime/storage/storage-checks.js';
import { reviewersOf } from '../../http/access.js';
import { blobStoreCheck, projectionsCheck } from '../checks.js';
import { queryEndpoints } from '../endpoints.js';
import { modelMetrics } from '../model-metrics.js';
import type { Part, PartContext } from '../part.js';
import { shownPolicy } from '../shown-policy.js';

/** Answers queries from the views, serves bytes, tells what happens. */
export async function queryPart(context: PartContext): Promise<Part> {
  const { config, storage, stopping } = context;
  const [blobs, queue] = [await context.blobs(), await context.jobQueue()];
  const readers = {
    playback: await context.readers.playback(),
    operators: await context.readers.operators(),
    everybody: await context.readers.everybody(),
  };
  const { publicOriginals, segmentCacheSeconds } = config;
  return {
    endpoints: queryEndpoints({
      ...{ storage, readers, blobs, queue, stopping, publicOriginals, segmentCacheSeconds },
      reports: createStorageReports(blobs),
      hot: context.hotViews.answers,
      policy: shownPolicy(config.moderation),
      reviewers: reviewersOf(config.apiKeys),
    }),
    metrics: { models: modelMetrics(readers.operators.models, storage.store) },
    checks: {
      blobStore: blobStoreCheck(blobs, config.uploads.keepFreeBytes),
      projections: projectionsCheck(storage.projectionStatuses),
    },
  };
}
