import type { BlobStore } from '../core/blob-store.js';
import type { WorkerContext } from '../core/worker.js';
import { attemptPlace } from '../domain/media/blob-places.js';
import type { AttemptOf } from '../domain/media/media-commands.js';

/**
 * Hands what an attempt made to the blob store, and gives the prefix it is kept under. No two attempts share a place,
 * so a late one overwrites nothing; the event that names the place is what promotes it.
 *
 * An item may be deleted, and purged, while the work goes on. So the step is asked for once more when the bytes are in
 * place: refused, they are taken away again; granted, a deletion from here on is followed by a purge that finds them.
 */
export async function keepOutput(
  blobs: BlobStore,
  options: {
    readonly held: AttemptOf;
    readonly what: string;
    readonly folder: string;
    readonly context: WorkerContext;
  },
): Promise<string> {
  const { held, what, folder, context } = options;
  const prefix = attemptPlace(held, what);
  await blobs.adoptFolder(prefix, folder);
  try {
    await context.confirm([{ type: 'ConfirmStep', data: held }]);
  } catch (error) {
    await blobs.remove(prefix);
    throw error;
  }
  return prefix;
}
