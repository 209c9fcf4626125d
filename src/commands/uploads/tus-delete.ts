import { closeUpload } from './close-upload.js';
import { findUpload } from './find-upload.js';
import type { TusResponse } from './tus-messages.js';
import type { UploadContext } from './upload-context.js';
import { uploadCompleted } from './upload-errors.js';

/** Termination. Bytes still coming in on another connection are cut off. A completed upload is a media item's matter. */
export async function deleteUpload(context: UploadContext, id: string): Promise<TusResponse> {
  await findUpload(context, id);
  await context.transfers.interrupt(id);
  await context.transfers.exclusively(id, async () => {
    const upload = await findUpload(context, id);
    if (upload.state === 'completed') throw uploadCompleted(id);
    const reason = { code: 'upload_terminated', message: 'The client gave this upload up' };
    await closeUpload(context, upload, reason);
  });
  return { status: 204, headers: {} };
}
