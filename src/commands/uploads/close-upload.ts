import { MediaFlowError } from '../../core/errors.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import type { UploadContext } from './upload-context.js';
import { growingKey } from './upload-keys.js';

/**
 * Gives an upload up: it is marked first, so that no request revives it, then the media item hears why, then the bytes
 * go. A crash in between is healed by `finishClosing`. Does nothing when it has ended otherwise meanwhile.
 */
export async function closeUpload(
  context: UploadContext,
  upload: UploadRecord,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
  const closing = await context.ledger.change(upload.id, 'open', {
    state: 'closing',
    reason: { code, message },
  });
  if (closing) await finishClosing(context, closing);
}

export async function finishClosing(context: UploadContext, upload: UploadRecord): Promise<void> {
  const { blobs, hooks, hashes, ledger } = context;
  if (upload.kind !== 'partial' && upload.reason) {
    try {
      await hooks.failed({ mediaId: upload.id, ...upload.reason });
    } catch (error) {
      // A crash came before the item was registered, or it is gone by itself.
      if (!(error instanceof MediaFlowError && error.kind === 'not-found')) throw error;
    }
  }
  hashes.drop(upload.id);
  await blobs.discard(growingKey(upload.id));
  await ledger.change(upload.id, 'closing', { state: 'closed', uncheckedFromBytes: null });
}
