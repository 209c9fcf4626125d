import { isRetryable, messageOf } from '../../../core/errors.js';
import type { Position } from '../../../core/position.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { completeUpload } from '../lifecycle/completing.js';
import { detailsOf } from '../lifecycle/file-details.js';
import { registerUpload } from '../lifecycle/lifecycle.js';
import { sizeOfOriginal } from '../lifecycle/new-upload.js';
import { neededBytes } from '../space/space.js';
import type { UploadContext } from '../upload-context.js';

/** Joins the parts of an open final upload; nobody writes to it or to them. Repeating is harmless. */
async function joinParts(
  context: UploadContext,
  upload: UploadRecord,
  signal: AbortSignal,
): Promise<Position> {
  const { joins } = context;
  joins.ended(upload.id, undefined);
  try {
    // The process may have ended before the item heard of it.
    await registerUpload(context, upload, detailsOf(upload.metadata));
    return await withSpace(context, upload, () => completeUpload(context, upload, signal));
  } catch (error) {
    if (isRetryable(error)) joins.ended(upload.id, error);
    throw error;
  }
}

/** Kept from its creation on, and asked for again when that was long ago: what does not fit is not tried on the database's room. */
async function withSpace<Result>(
  context: UploadContext,
  upload: UploadRecord,
  join: () => Promise<Result>,
): Promise<Result> {
  const bytes = neededBytes(upload);
  if (bytes === 0 || (await sizeOfOriginal(context, upload.id)) !== null) return join();
  return context.space.promiseDuring(upload.id, bytes, join);
}

/**
 * Has that done behind the answer to the client, whom hashing and copying would keep waiting, when it is its caller's turn.
 * Whatever becomes of it, a sweep looks after it.
 */
export function beginJoining(context: UploadContext, upload: UploadRecord): void {
  const { id } = upload;
  const { joins, ledger, logger, transfers } = context;
  joins.begin(upload, async () => {
    let interrupted = joins.stopping;
    try {
      const join = async ({ signal }: { readonly signal: AbortSignal }) => {
        interrupted = AbortSignal.any([joins.stopping, signal]);
        const latest = await ledger.find(id);
        if (latest?.state !== 'open') return;
        await transfers.withoutWriters(latest.parts, (lost) => {
          interrupted = AbortSignal.any([interrupted, lost]);
          return joinParts(context, latest, interrupted);
        });
      };
      await transfers.exclusively(id, join, { takesNoBytes: true });
    } catch (error) {
      if (interrupted.aborted) joins.ended(id, undefined);
      else logger.warn({ err: error, uploadId: id }, `Parts could not be joined: ${messageOf(error)}`);
    }
  });
}
