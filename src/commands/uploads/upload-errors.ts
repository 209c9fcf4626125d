import { type CodeOf, conflict, invalid, MediaFlowError, notFound } from '../../core/errors.js';
import type { JsonObject } from '../../core/json.js';
import type { UploadRecord } from '../../core/upload-ledger.js';

export const uploadNotFound = (id: string) =>
  notFound('upload_not_found', `There is no upload ${id}`, { id });

export const uploadGone = (upload: UploadRecord) =>
  notFound('upload_gone', upload.reason?.message ?? 'This upload has expired', {
    id: upload.id,
    reason: upload.reason?.code ?? 'upload_expired',
  });

export const uploadLocked = (id: string) =>
  conflict('upload_locked', 'Another request is sending bytes to this upload', { id, retryAfterSeconds: 1 });

export const offsetMismatch = (id: string, offset: number, sizeBytes: number) =>
  conflict('offset_mismatch', `The upload stands at byte ${sizeBytes}, not at ${offset}`, {
    id,
    offset,
    sizeBytes,
  });

export const uploadCompleted = (id: string) =>
  conflict('upload_completed', 'This upload is complete already', { id });

export const partsGone = (id: string) =>
  conflict('parts_gone', 'The bytes of this upload are gone: joined to another one, or given up', { id });

export const partJoined = (id: string) =>
  conflict('part_joined', `The partial upload ${id} belongs to another final upload`, { id });

export const keyReused = (id: string) =>
  conflict('idempotency_key_reused', 'This Idempotency-Key belongs to another upload', { id });

export const checksumMismatch = (message: string, details: JsonObject) =>
  invalid('checksum_mismatch', message, details);

export const emptyFile = (details?: JsonObject) =>
  invalid('empty_file', 'A file without a single byte cannot be taken', details);

export const tooManyUploads = (who: string, maximum: number) =>
  new MediaFlowError('too-many', 'too_many_uploads', `${who} has ${maximum} open uploads: end some first`, {
    maximum,
    retryAfterSeconds: 60,
  });

export const tooLarge = (code: CodeOf<'too-large'>, message: string, maximumSizeBytes: number) =>
  new MediaFlowError('too-large', code, message, { maximumSizeBytes });

export const uploadInterrupted = (cause: unknown) =>
  new MediaFlowError('unavailable', 'upload_interrupted', 'The connection ended early', {}, { cause });
