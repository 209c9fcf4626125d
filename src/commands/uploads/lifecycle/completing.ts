import { MediaFlowError } from '../../../core/errors.js';
import type { Position } from '../../../core/position.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { growingKey, originalKey } from '../../../domain/media/blob-places.js';
import { hashStream } from '../receiving/content-hashes.js';
import type { UploadContext } from '../upload-context.js';
import { checksumMismatch, emptyFile, partsGone } from '../upload-errors.js';
import { closePart, closeUpload } from './lifecycle.js';

/**
 * Turns an upload whose bytes are all here into a media item's original: first the blob, then the media item hears
 * of it, then the ledger is closed. A crash between any two is healed by calling it again. Throws `checksum_mismatch`,
 * `empty_file` and `parts_gone` (the upload is closed then), or what the hook throws.
 */
export async function completeUpload(context: UploadContext, upload: UploadRecord): Promise<Position> {
  const { blobs, ledger, hooks } = context;
  const blobKey = originalKey(upload.id);
  const sources = (upload.kind === 'final' ? upload.parts : [upload.id]).map(growingKey);

  if (upload.lengthBytes === 0) return closeWith(context, upload, emptyFile({ mediaId: upload.id }));
  const early = await verifySources(context, upload, sources);
  const onCopied = (bytes: number) => context.space.used(upload.id, bytes);
  const blob = await blobs.finish(blobKey, sources, { onCopied }).catch((error: unknown) => {
    // Neither the sources nor the blob: another final upload took a part of this one, and no retry brings it back.
    if (!(error instanceof MediaFlowError && error.code === 'blob_not_found')) throw error;
    return closeWith(context, upload, partsGone(upload.id));
  });
  const sha256 = early ?? (await hashStream(await blobs.read(blobKey))).digest('hex');

  const position = await tellCompleted();
  await ledger.change(upload.id, 'open', { state: 'completed', sha256, lengthBytes: blob.sizeBytes });
  for (const part of upload.parts) await closePart(context, part);
  return position;

  async function tellCompleted(): Promise<Position> {
    try {
      const data = { mediaId: upload.id, blobKey, sizeBytes: blob.sizeBytes, sha256 };
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

/**
 * The SHA-256 of the growing objects in their order, compared with what was declared; undefined when they are not
 * all there any more, because an earlier call got as far as the blob.
 */
async function verifySources(
  context: UploadContext,
  upload: UploadRecord,
  sources: readonly string[],
): Promise<string | undefined> {
  const { blobs, hashes } = context;
  const ends: number[] = [];
  for (const source of sources) {
    const growing = await blobs.growing(source);
    if (!growing) return undefined;
    ends.push((ends.at(-1) ?? 0) + growing.sizeBytes);
  }
  const sizeBytes = ends.at(-1) ?? 0;
  if (sizeBytes === 0) return closeWith(context, upload, emptyFile({ mediaId: upload.id }));
  // A part is not what it was when its upload became final: the disk has not kept it.
  if (upload.kind === 'final' && sizeBytes !== upload.lengthBytes)
    return closeWith(context, upload, partsGone(upload.id));
  const sha256 = await (upload.kind === 'final'
    ? hashInOrder(context, sources)
    : hashes.digest(upload.id, sizeBytes, (start) => blobs.readGrowing(growingKey(upload.id), start)));
  if (upload.declaredSha256 !== null && upload.declaredSha256 !== sha256) {
    const message = 'The file that arrived is not the one that was declared';
    const details = { expected: upload.declaredSha256, actual: sha256, mediaId: upload.id };
    return closeWith(context, upload, checksumMismatch(message, details));
  }
  return sha256;
}

async function hashInOrder({ blobs }: UploadContext, sources: readonly string[]): Promise<string> {
  const [first, ...others] = sources;
  if (first === undefined) return '';
  const hash = await hashStream(await blobs.readGrowing(first));
  for (const source of others) await hashStream(await blobs.readGrowing(source), hash);
  return hash.digest('hex');
}
