import { type ErrorCode, isRetryable, MediaFlowError } from '../../../core/errors.js';
import type { Position } from '../../../core/position.js';
import type { UploadCaller, UploadRecord } from '../../../core/upload-ledger.js';
import { growingKey, originalKey } from '../../../domain/media/blob-places.js';
import type { UploadContext } from '../upload-context.js';
import { uploadGone, uploadNotFound } from '../upload-errors.js';
import type { FileDetails } from './file-details.js';

/** Why an upload ends without a file. */
export interface EndReason {
  readonly code: ErrorCode;
  readonly message: string;
}

/** An upload that can be asked for: open or completed. Throws `upload_not_found`, `upload_gone`. */
export async function findUpload(context: UploadContext, id: string): Promise<UploadRecord> {
  const upload = await context.ledger.find(id);
  if (!upload || upload.kind === 'direct') throw uploadNotFound(id);
  await refuseEnded(context, upload);
  return upload;
}

/** Throws `upload_gone` for one that was given up, or is going to be with the next sweep. */
export async function refuseEnded(context: UploadContext, upload: UploadRecord): Promise<void> {
  if (upload.state === 'closing' || upload.state === 'closed') throw uploadGone(upload);
  const isOver = upload.state === 'open' && upload.expiresAt <= context.now();
  if (!isOver || context.transfers.isActive(upload.id)) return;
  if (!isWhole(upload, await receivedBytes(context, upload))) throw uploadGone(upload);
}

/** How many bytes of an upload count. */
export async function receivedBytes({ blobs }: UploadContext, upload: UploadRecord): Promise<number> {
  if (upload.state === 'completed') return upload.lengthBytes ?? 0;
  const growing = await blobs.growing(growingKey(upload.id));
  if (growing) return Math.min(growing.sizeBytes, upload.uncheckedFromBytes ?? growing.sizeBytes);
  // An open upload can be a blob already, when the item could not hear of it yet.
  return (await blobs.stat(originalKey(upload.id)))?.sizeBytes ?? 0;
}

/** Whether every byte has been received, so that nothing is left but to complete it. */
export const isWhole = (upload: UploadRecord, received: number): boolean =>
  upload.state === 'open' &&
  (upload.kind === 'final' || (upload.kind !== 'partial' && upload.lengthBytes === received));

/** Of a file in one request: whether its form was read to the end, after which its item hears of it. */
export const mayBeRegistered = ({ metadata }: UploadRecord): boolean => metadata !== '';

/**
 * Tells the media item that a file is on its way; partial uploads are none. A refusal that is final takes the
 * upload and its bytes away again; one that may not be leaves it there, to expire in the worst case, so that no item
 * waits for its bytes for ever.
 */
export async function registerUpload(
  context: UploadContext,
  upload: UploadRecord,
  details: FileDetails,
): Promise<Position | null> {
  if (upload.kind === 'partial') return null;
  const { filename, contentType, title, description, tags } = details;
  try {
    const { position } = await context.hooks.registered(
      {
        mediaId: upload.id,
        filename,
        contentType,
        title,
        description,
        tags: [...tags],
        declaredSizeBytes: upload.lengthBytes,
        declaredSha256: upload.declaredSha256,
        via: upload.kind === 'direct' ? 'multipart' : 'tus',
      },
      upload,
    );
    return position;
  } catch (error) {
    if (!isRetryable(error)) {
      await context.blobs.discard(growingKey(upload.id));
      await context.ledger.remove(upload.id);
    }
    throw error;
  }
}

/**
 * Gives an upload up: it is marked first, so that no request revives it, then the media item hears why, then the bytes
 * go. A crash in between is healed by `finishClosing`. Does nothing when it has ended otherwise meanwhile. The
 * caller is who gives it up, where that is not whoever created it.
 */
export async function closeUpload(
  context: UploadContext,
  upload: UploadRecord,
  { code, message }: EndReason,
  { actor, traceparent }: UploadCaller = upload,
): Promise<void> {
  const closing = await context.ledger.change(upload.id, 'open', {
    state: 'closing',
    reason: { code, message },
    ...{ actor, traceparent },
  });
  if (closing) await finishClosing(context, closing);
}

export async function finishClosing(context: UploadContext, upload: UploadRecord): Promise<void> {
  const { blobs, hooks, ledger } = context;
  if (upload.kind !== 'partial' && upload.reason) {
    try {
      await hooks.failed({ mediaId: upload.id, ...upload.reason }, upload);
    } catch (error) {
      // A crash came before the item was registered, or it is gone by itself.
      if (!(error instanceof MediaFlowError && error.kind === 'not-found')) throw error;
    }
  }
  for (const part of upload.parts) await closePart(context, part);
  await blobs.discard(growingKey(upload.id));
  await ledger.change(upload.id, 'closing', { state: 'closed', uncheckedFromBytes: null });
}

/** Ends a part with the final upload that it belongs to. Repeating is harmless. */
export async function closePart({ blobs, ledger }: UploadContext, id: string): Promise<void> {
  const reason: EndReason = {
    code: 'upload_concatenated',
    message: 'This upload has become a part of another',
  };
  await ledger.change(id, 'open', { state: 'closed', reason });
  await blobs.discard(growingKey(id));
}

/**
 * Ends the upload of an item that is deleted: it is gone at once, and so is told a request that bytes come in with. One
 * that is being completed finds out by itself, and the next sweep closes it. Repeating is harmless.
 */
export async function endDeleted(context: UploadContext, id: string): Promise<void> {
  const { ledger, transfers } = context;
  const reason: EndReason = { code: 'media_deleted', message: 'The item of this upload is deleted' };
  const upload = await ledger.find(id);
  // Of a file in one request there is nothing to ask for any more; its key is still known.
  if (upload?.kind !== 'direct') await ledger.change(id, 'completed', { state: 'closed', reason });
  const closing = await ledger.change(id, 'open', { state: 'closing', reason });
  if (!closing) return;
  const end = () => finishClosing(context, closing);
  // Its parts may be joined for minutes.
  if (closing.kind === 'final') return transfers.takingOver(id, uploadGone(closing), end);
  await transfers.cutOff(id, uploadGone(closing));
  if (!transfers.isActive(id)) await transfers.exclusively(id, end);
}
