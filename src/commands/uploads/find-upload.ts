import type { UploadRecord } from '../../core/upload-ledger.js';
import type { UploadContext } from './upload-context.js';
import { uploadGone, uploadNotFound } from './upload-errors.js';
import { growingKey, originalKey } from './upload-keys.js';

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
