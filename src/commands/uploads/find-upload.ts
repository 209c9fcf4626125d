import type { UploadRecord } from '../../core/upload-ledger.js';
import { growingKey, type UploadContext } from './upload-context.js';
import { uploadGone, uploadNotFound } from './upload-errors.js';

/** An upload that can be asked for: open or completed. Throws `upload_not_found`, `upload_gone`. */
export async function findUpload(context: UploadContext, id: string): Promise<UploadRecord> {
  const upload = await context.ledger.find(id);
  if (!upload || upload.kind === 'direct') throw uploadNotFound(id);
  if (upload.state === 'closing' || upload.state === 'closed') throw uploadGone(upload);
  const isOver = upload.state === 'open' && upload.expiresAt <= context.now();
  if (isOver && !context.transfers.isActive(id)) throw uploadGone(upload);
  return upload;
}

/** How many bytes of an upload count. */
export async function receivedBytes(context: UploadContext, upload: UploadRecord): Promise<number> {
  if (upload.state === 'completed') return upload.lengthBytes ?? 0;
  const stored = (await context.blobs.growing(growingKey(upload.id)))?.sizeBytes ?? 0;
  return Math.min(stored, upload.uncheckedFromBytes ?? stored);
}

/** Whether every byte has been received, so that nothing is left but to complete it. */
export const isWhole = (upload: UploadRecord, received: number): boolean =>
  upload.state === 'open' &&
  (upload.kind === 'final' || (upload.kind !== 'partial' && upload.lengthBytes === received));
