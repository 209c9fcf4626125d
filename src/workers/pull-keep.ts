import type { WholeContent } from '../core/blob-store.js';
import { invalid } from '../core/errors.js';
import { pulledKey } from '../domain/media/blob-places.js';
import type { Fetching } from './pull-context.js';

export interface KeptFile extends WholeContent {
  readonly blobKey: string;
}

/**
 * Makes a blob of what was gathered, if it is what the client declared. Throws `checksum_mismatch`.
 *
 * An item may be deleted, and purged, meanwhile. So it is asked once more whether the step is wanted when the bytes are in
 * place: granted, a deletion from here on is followed by a purge that finds them. Refused, they go only if the item is deleted: an attempt
 * that has overtaken this one may have them as its own.
 */
export async function keepPulled(fetching: Fetching & { readonly growingKey: string }): Promise<KeptFile> {
  const { blobs, pull, held, context, signal, growingKey, findPull } = fetching;
  const blobKey = pulledKey(growingKey);
  const { sizeBytes, sha256 } = await blobs.finish(blobKey, [growingKey], {
    confirm: (whole) => refuseOther(whole, pull.declaredSha256),
    signal,
  });
  try {
    await context.confirm([{ type: 'ConfirmStep', data: held }]);
  } catch (error) {
    if ((await findPull(held.mediaId))?.isDeleted) await blobs.remove(blobKey);
    throw error;
  }
  return { blobKey, sizeBytes, sha256 };
}

function refuseOther({ sha256 }: WholeContent, declaredSha256: string | null): void {
  if (declaredSha256 === null || declaredSha256 === sha256) return;
  throw invalid('checksum_mismatch', 'The file that arrived is not the one that was declared', {
    expected: declaredSha256,
    actual: sha256,
  });
}
