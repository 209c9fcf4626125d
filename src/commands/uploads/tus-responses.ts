import type { Position } from '../../core/position.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import { toHttpDate } from './tus-headers.js';

type Headers = Readonly<Record<string, string>>;

/** How far an upload has come and, while it is open, until when it may go on. */
export const progressHeaders = (upload: UploadRecord, sizeBytes: number): Headers => ({
  'Upload-Offset': String(sizeBytes),
  ...(upload.state === 'open' ? { 'Upload-Expires': toHttpDate(upload.expiresAt) } : {}),
});

/** Lets a client read its own write: a query that carries the position waits for it. */
export const positionHeader = (position: Position | null): Headers =>
  position === null ? {} : { 'Mediaflow-Position': position };
