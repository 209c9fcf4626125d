import type { WholeContent } from '../../../core/blob-store.js';
import { MediaFlowError } from '../../../core/errors.js';
import type { Position } from '../../../core/position.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { growingKey, originalKey } from '../../../domain/media/blob-places.js';
import type { UploadContext } from '../upload-context.js';
import { checksumMismatch, emptyFile, partsGone } from '../upload-errors.js';
import { closePart, closeUpload } from './lifecycle.js';

/**
 * Turns an upload whose bytes are all here into a media item's original: first the blob, then the media item hears
 * of it, then the ledger is closed. A crash between any two is healed by calling it again. Throws `checksum_mismatch`,
 * `empty_file` and `parts_gone` (the upload is closed then), the signal's reason when that fires while bytes are hashed or
 * copied, or what the hook throws.
 */
export async function completeUpload(
  context: UploadContext,
  upload: UploadRecord,
  signal?: AbortSignal,
): Promise<Position> {
  const { blobs, ledger, hooks } = context;
  const blobKey = originalKey(upload.id);
  if (upload.lengthBytes === 0) return closeWith(context, upload, emptyFile({ mediaId: upload.id }));
  const { sizeBytes, sha256 } = await promote();
  const position = await tellCompleted();
  await ledger.change(upload.id, 'open', { state: 'completed', sha256, lengthBytes: sizeBytes });
  for (const part of upload.parts) await closePart(context, part);
  return position;

  async function promote(): Promise<WholeContent> {
    const sources = (upload.kind === 'final' ? upload.parts : [upload.id]).map(growingKey);
    const onCopied = (bytes: number) => context.space.used(upload.id, bytes);
    let refusal: MediaFlowError | undefined;
    const confirm = (whole: WholeContent) => {
      refusal = refusalOf(upload, whole);
      if (refusal) throw refusal;
    };
    try {
      return await blobs.finish(blobKey, sources, { confirm, signal, onCopied });
    } catch (error) {
      // Neither the sources nor the blob: another final upload took a part of this one, and no retry brings it back.
      if (error instanceof MediaFlowError && error.code === 'blob_not_found') refusal = partsGone(upload.id);
      if (refusal) return closeWith(context, upload, refusal);
      throw error;
    }
  }

  async function tellCompleted(): Promise<Position> {
    try {
      const data = { mediaId: upload.id, blobKey, sizeBytes, sha256 };
      return (await hooks.completed(data, upload)).position;
    } catch (error) {
      // Deleted or given up meanwhile: nobody will ever ask for these bytes.
      if (error instanceof MediaFlowError && (error.kind === 'conflict' || error.kind === 'not-found')) {
        await blobs.remove(blobKey);
        return closeWith(context, upload, error);
      }
      throw error;
    }
  }
}

/** Gives up an upload that no repeat can complete. */
async function closeWith(
  context: UploadContext,
  upload: UploadRecord,
  error: MediaFlowError,
): Promise<never> {
  await closeUpload(context, upload, error);
  throw error;
}

/** Why a whole is not what was to come, undefined when it is. */
function refusalOf(upload: UploadRecord, { sizeBytes, sha256 }: WholeContent): MediaFlowError | undefined {
  const { id: mediaId, declaredSha256 } = upload;
  if (sizeBytes === 0) return emptyFile({ mediaId });
  // A part is not what it was when its upload became final: the store has not kept it.
  if (upload.kind === 'final' && sizeBytes !== upload.lengthBytes) return partsGone(mediaId);
  if (declaredSha256 === null || declaredSha256 === sha256) return undefined;
  const details = { expected: declaredSha256, actual: sha256, mediaId };
  return checksumMismatch('The file that arrived is not the one that was declared', details);
}
