import { invalid } from '../../core/errors.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import { declaredLength, headerOf } from './tus-headers.js';
import type { TusRequest } from './tus-messages.js';
import { concatenationOf, sizeOfParts } from './upload-concatenation.js';
import { nextExpiry, type UploadContext } from './upload-context.js';
import { emptyFile, tooLarge } from './upload-errors.js';
import { originalKey } from './upload-keys.js';
import type { FileDetails } from './upload-metadata.js';

/**
 * Writes a new upload to the ledger. Throws `empty_file`, `file_too_large`, `storage_full`, or what is wrong with the
 * request's headers.
 */
export async function createUpload(
  context: UploadContext,
  request: TusRequest,
  {
    id,
    metadata,
    details,
  }: { readonly id: string; readonly metadata: string; readonly details: FileDetails },
): Promise<UploadRecord> {
  const concatenation = concatenationOf(request, context.basePath);
  const parts = concatenation.kind === 'final' ? concatenation.parts : [];
  const lengthBytes =
    concatenation.kind === 'final'
      ? await lengthOfFinal(context, request, concatenation.parts)
      : declaredLength(request);
  if (lengthBytes !== null) assertTakeable(context, lengthBytes);
  // Joining writes the parts once more before it lets go of them, unless there is only one.
  const neededBytes = parts.length === 1 ? 0 : (lengthBytes ?? 0);
  return context.reserveSpace(neededBytes, async () =>
    context.ledger.create({
      id,
      kind: concatenation.kind,
      state: 'open',
      lengthBytes: (await sizeOfOriginal(context, id)) ?? lengthBytes,
      metadata,
      parts,
      declaredSha256: concatenation.kind === 'partial' ? null : details.sha256,
      sha256: null,
      uncheckedFromBytes: null,
      reason: null,
      createdAt: context.now(),
      expiresAt: nextExpiry(context),
    }),
  );
}

/**
 * Of an item that is older than the ledger remembers, null of a new one. A key that comes again after that finds its
 * upload whole, and so never replaces bytes that were acknowledged.
 */
export const sizeOfOriginal = async ({ blobs }: UploadContext, id: string): Promise<number | null> =>
  (await blobs.stat(originalKey(id)))?.sizeBytes ?? null;

/** Throws `empty_file`, `file_too_large`. */
export function assertTakeable({ limits }: UploadContext, lengthBytes: number): void {
  if (lengthBytes === 0) throw emptyFile();
  if (lengthBytes > limits.maximumSizeBytes) {
    const message = `A file has at most ${limits.maximumSizeBytes} bytes`;
    throw tooLarge('file_too_large', message, limits.maximumSizeBytes);
  }
}

function lengthOfFinal(
  context: UploadContext,
  request: TusRequest,
  parts: readonly string[],
): Promise<number> {
  if (headerOf(request, 'upload-length') !== undefined) {
    throw invalid('invalid_upload_length', 'The length of a final upload is that of its parts');
  }
  return sizeOfParts(context, parts);
}
