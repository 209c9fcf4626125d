import { isRetryable, messageOf } from '../../core/errors.js';
import type { Position } from '../../core/position.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import { completeUpload } from './completing.js';
import { registerUpload } from './lifecycle.js';
import { sizeOfOriginal } from './new-upload.js';
import { neededBytes } from './space.js';
import { untilAborted } from './until-aborted.js';
import type { UploadContext } from './upload-context.js';
import { detailsOf } from './upload-metadata.js';

/** Joins the parts of an open final upload that nobody else is writing to. Repeating is harmless. */
export async function joinParts(context: UploadContext, upload: UploadRecord): Promise<Position> {
  const { joins } = context;
  joins.ended(upload.id, undefined);
  try {
    // The process may have ended before the item heard of it.
    await registerUpload(context, upload, detailsOf(upload.metadata));
    await promiseSpace(context, upload);
    return await completeUpload(context, upload);
  } catch (error) {
    if (isRetryable(error)) joins.ended(upload.id, error);
    throw error;
  }
}

/** Kept from its creation on, and asked for again when that was long ago: what does not fit is not tried on the database's room. */
async function promiseSpace(context: UploadContext, upload: UploadRecord): Promise<void> {
  const bytes = neededBytes(upload);
  if (bytes === 0 || (await sizeOfOriginal(context, upload.id)) !== null) return;
  await context.space.promise(upload.id, bytes);
}

/**
 * Begins that behind the answer to the client, whom hashing and copying would keep waiting, unless it is under way.
 * Whatever becomes of it, a sweep looks after it.
 */
export function beginJoining(context: UploadContext, id: string): void {
  const { joins, ledger, logger, transfers } = context;
  joins.begin(id, async () => {
    let interrupted = joins.stopping;
    try {
      await transfers.exclusively(id, async (transfer) => {
        transfer.received();
        interrupted = AbortSignal.any([joins.stopping, transfer.signal]);
        const upload = await ledger.find(id);
        if (upload?.state === 'open') await joinParts(untilAborted(context, interrupted), upload);
      });
    } catch (error) {
      if (interrupted.aborted) joins.ended(id, undefined);
      else logger.warn({ err: error, uploadId: id }, `Parts could not be joined: ${messageOf(error)}`);
    }
  });
}
