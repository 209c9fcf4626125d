import { isRetryable } from '../../core/errors.js';
import type { Position } from '../../core/position.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import type { UploadContext } from './upload-context.js';
import { growingKey } from './upload-keys.js';
import type { FileDetails } from './upload-metadata.js';

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
    const { position } = await context.hooks.registered({
      mediaId: upload.id,
      filename,
      contentType,
      title,
      description,
      tags: [...tags],
      declaredSizeBytes: upload.lengthBytes,
      declaredSha256: upload.declaredSha256,
      via: upload.kind === 'direct' ? 'multipart' : 'tus',
    });
    return position;
  } catch (error) {
    if (!isRetryable(error)) {
      await context.blobs.discard(growingKey(upload.id));
      await context.ledger.remove(upload.id);
    }
    throw error;
  }
}
