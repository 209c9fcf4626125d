import { deriveId } from '../../core/ids.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import { completeUpload } from './complete-upload.js';
import { createUpload } from './create-upload.js';
import { findUpload, receivedBytes, refuseEnded } from './find-upload.js';
import { registerUpload } from './register-upload.js';
import { type TakenBytes, takeBytes } from './take-bytes.js';
import { bytesHeader, hasBytes, headerOf, idempotencyKeyOf } from './tus-headers.js';
import type { TusRequest, TusResponse } from './tus-messages.js';
import { positionHeader, progressHeaders } from './tus-responses.js';
import { concatenationOf } from './upload-concatenation.js';
import type { UploadContext } from './upload-context.js';
import { keyReused } from './upload-errors.js';
import { parseUploadMetadata, toFileDetails } from './upload-metadata.js';

/** Creation of a whole, partial or final upload, with its first bytes or without. */
export async function postUpload(context: UploadContext, request: TusRequest): Promise<TusResponse> {
  const idempotencyKey = idempotencyKeyOf(request);
  const metadata = headerOf(request, 'upload-metadata') ?? '';
  const details = toFileDetails(Object.fromEntries(parseUploadMetadata(metadata)));
  const id = idempotencyKey === null ? context.newId() : deriveId('upload', idempotencyKey);

  const earlier = idempotencyKey === null ? undefined : await context.ledger.find(id);
  const upload = earlier ?? (await createUpload(context, request, { id, metadata, details }));
  if (upload.metadata !== metadata || !isMeant(upload, request, context.basePath)) throw keyReused(id);
  await refuseEnded(context, upload);

  // Again for an upload that exists: its first creation may have ended before the item heard of it.
  const registered = await registerUpload(context, upload, details);
  const taken = await takeWhatCame(context, request, upload);
  return {
    status: 201,
    headers: {
      Location: `${context.basePath}/${id}`,
      ...progressHeaders(taken.upload, taken.sizeBytes),
      ...positionHeader(taken.position ?? registered),
    },
  };
}

/** Whether a creation that comes again fits the upload of its key; a length may have become known meanwhile. */
function isMeant({ kind, lengthBytes }: UploadRecord, request: TusRequest, basePath: string): boolean {
  const length = bytesHeader(request, 'upload-length') ?? null;
  const isLength = length === null || lengthBytes === null || length === lengthBytes;
  return isLength && kind === concatenationOf(request, basePath).kind;
}

/** The bytes of a creation count only for an upload that has none. */
async function takeWhatCame(
  context: UploadContext,
  request: TusRequest,
  upload: UploadRecord,
): Promise<TakenBytes> {
  if (upload.state === 'open' && upload.kind === 'final') {
    const position = await context.transfers.exclusively(upload.id, () => completeUpload(context, upload));
    return { upload: await findUpload(context, upload.id), sizeBytes: upload.lengthBytes ?? 0, position };
  }
  const sizeBytes = await receivedBytes(context, upload);
  if (sizeBytes === 0 && hasBytes(request)) return takeBytes(context, request, upload.id, 0);
  return { upload, sizeBytes, position: null };
}
