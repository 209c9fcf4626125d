import type { UploadCaller, UploadRecord } from '../../../core/upload-ledger.js';
import { originalKey } from '../../../domain/media/blob-places.js';
import { nextExpiry, type UploadContext } from '../upload-context.js';

/** An upload as it begins. */
export const newUpload = (
  context: UploadContext,
  given: Pick<UploadRecord, 'id' | 'kind'> & UploadCaller & Partial<UploadRecord>,
): UploadRecord => ({
  state: 'open',
  lengthBytes: null,
  metadata: '',
  parts: [],
  concatAsSent: null,
  joinedInto: null,
  declaredSha256: null,
  sha256: null,
  uncheckedFromBytes: null,
  reason: null,
  createdAt: context.now(),
  expiresAt: nextExpiry(context),
  ...given,
});

/**
 * Of an item that is older than the ledger remembers, null of a new one. A key that comes again after that finds its
 * upload whole, and so never replaces bytes that were acknowledged.
 */
export const sizeOfOriginal = async ({ blobs }: UploadContext, id: string): Promise<number | null> =>
  (await blobs.stat(originalKey(id)))?.sizeBytes ?? null;
