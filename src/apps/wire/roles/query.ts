import { createPostgresReaders } from '../../../adapters/postgres/readers/index.js';
import { createStorageReports } from '../../../runtime/storage/storage-checks.js';
import { blobStoreCheck, projectionsCheck } from '../checks.js';
import { queryEndpoints } from '../endpoints.js';
import type { Part, PartContext } from '../part.js';

/** Answers queries from the views, serves bytes, tells what happens. */
export async function queryPart(context: PartContext): Promise<Part> {
  const { config, storage, stopping } = context;
  const [blobs, queue] = [await context.blobs(), await context.jobQueue()];
  const databases = {
    playback: await context.readModels.playback(),
    operators: await context.readModels.operators(),
    everybody: await context.readModels.everybody(),
  };
  const readers = {
    playback: createPostgresReaders(databases.playback),
    operators: createPostgresReaders(databases.operators),
    everybody: createPostgresReaders(databases.everybody),
  };
  const { publicOriginals, segmentCacheSeconds } = config;
  return {
    endpoints: queryEndpoints({
      ...{ storage, databases, readers, blobs, queue, stopping, publicOriginals, segmentCacheSeconds },
      reports: createStorageReports(blobs),
    }),
    checks: {
      blobStore: blobStoreCheck(blobs, config.uploads.keepFreeBytes),
      projections: projectionsCheck(storage.projectionStatuses),
    },
  };
}
