import { Readable } from 'node:stream';
import { invalid } from '../../core/errors.js';
import { deriveId } from '../../core/ids.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import { completeUpload } from './completing.js';
import { concatenationOf, sizeOfParts } from './concatenation.js';
import { closeUpload, findUpload, receivedBytes, refuseEnded, registerUpload } from './lifecycle.js';
import { assertTakeable } from './space.js';
import {
  bytesHeader,
  declaredLength,
  hasBytes,
  headerOf,
  idempotencyKeyOf,
  positionHeader,
  progressHeaders,
  type TusRequest,
  type TusResponse,
} from './tus-messages.js';
import { type TakenBytes, takeBytes } from './tus-patch.js';
import { growingKey, nextExpiry, originalKey, type UploadContext } from './upload-context.js';
import { emptyFile, keyReused } from './upload-errors.js';
import { type FileDetails, parseUploadMetadata, toFileDetails } from './upload-metadata.js';

/** Creation of a whole, partial or final upload, with its first bytes or without. */
export async function postUpload(context: UploadContext, request: TusRequest): Promise<TusResponse> {
  const idempotencyKey = idempotencyKeyOf(request);
  const metadata = headerOf(request, 'upload-metadata') ?? '';
  const details = toFileDetails(Object.fromEntries(parseUploadMetadata(metadata)));
  const id = idempotencyKey === null ? context.newId() : deriveId('upload', request.actor, idempotencyKey);

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
function isMeant({ kind, parts, lengthBytes }: UploadRecord, request: TusRequest, basePath: string): boolean {
  const length = bytesHeader(request, 'upload-length') ?? null;
  const isLength = length === null || lengthBytes === null || length === lengthBytes;
  const meant = concatenationOf(request, basePath);
  return isLength && kind === meant.kind && (meant.kind !== 'final' || isSameList(parts, meant.parts));
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

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
  if (upload.state === 'open' && upload.lengthBytes === 0) return takeNothing(context, upload);
  const sizeBytes = await receivedBytes(context, upload);
  if (sizeBytes === 0 && hasBytes(request)) return takeBytes(context, request, upload.id, 0);
  return { upload, sizeBytes, position: null };
}

/** Of no bytes an upload is whole from its start: a part is one like others, an item fails and says why. */
async function takeNothing(context: UploadContext, upload: UploadRecord): Promise<TakenBytes> {
  if (upload.kind === 'partial') await context.blobs.append(growingKey(upload.id), 0, Readable.from([]));
  else await closeUpload(context, upload, emptyFile());
  const latest = (await context.ledger.find(upload.id)) ?? upload;
  return { upload: latest, sizeBytes: 0, position: null };
}

/**
 * Writes a new upload to the ledger. Throws `file_too_large`, `storage_full`, or what is wrong with the
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
      actor: request.actor,
      lengthBytes: (await sizeOfOriginal(context, id)) ?? lengthBytes,
      metadata,
      parts,
      concatAsSent: concatenation.kind === 'final' ? concatenation.asSent : null,
      joinedInto: null,
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
