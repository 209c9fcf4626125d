import { conflict, invalid } from '../../core/errors.js';
import { deriveId } from '../../core/ids.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import { completeUpload } from './completing.js';
import { findUpload, receivedBytes, refuseEnded, registerUpload } from './lifecycle.js';
import { type TakenBytes, takeBytes } from './receiving.js';
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
import { nextExpiry, originalKey, type UploadContext } from './upload-context.js';
import { keyReused } from './upload-errors.js';
import { type FileDetails, parseUploadMetadata, toFileDetails } from './upload-metadata.js';

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

const maximumParts = 1000;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Concatenation =
  | { readonly kind: 'whole' | 'partial' }
  | { readonly kind: 'final'; readonly parts: readonly string[] };

/** `Upload-Concat: partial` or `final;/v1/uploads/a /v1/uploads/b`. Throws `invalid_upload_concat`. */
export function concatenationOf(request: TusRequest, basePath: string): Concatenation {
  const header = headerOf(request, 'upload-concat')?.trim();
  if (header === undefined) return { kind: 'whole' };
  if (header === 'partial') return { kind: 'partial' };
  if (!header.startsWith('final;')) throw bad('Upload-Concat is partial or final;<urls>');
  const urls = header.slice('final;'.length).split(' ').filter(Boolean);
  if (urls.length === 0 || urls.length > maximumParts) {
    throw bad(`A final upload joins 1 to ${maximumParts} partial ones`);
  }
  const parts = urls.map((url) => {
    const id = uploadIdOf(url, basePath);
    if (id === undefined) throw bad(`Not the URL of an upload here: ${url}`);
    return id;
  });
  if (new Set(parts).size < parts.length) throw bad('A partial upload can be joined only once');
  return { kind: 'final', parts };
}

/** What the header says of an upload that exists. */
export function concatenationHeader(upload: UploadRecord, basePath: string): Record<string, string> {
  if (upload.kind === 'partial') return { 'Upload-Concat': 'partial' };
  if (upload.kind !== 'final') return {};
  return { 'Upload-Concat': `final;${upload.parts.map((id) => `${basePath}/${id}`).join(' ')}` };
}

/** The upload's id in a path or URL below `basePath`, undefined when it is none. */
export function uploadIdOf(url: string, basePath: string): string | undefined {
  const path = url.replace(/^https?:\/\/[^/]+/, '').split('?')[0] ?? '';
  if (!path.startsWith(`${basePath}/`)) return undefined;
  const id = path.slice(basePath.length + 1).toLowerCase();
  return uuid.test(id) ? id : undefined;
}

/** Size of all parts together. Throws `part_not_found`, `part_incomplete`. */
export async function sizeOfParts(context: UploadContext, parts: readonly string[]): Promise<number> {
  let sizeBytes = 0;
  for (const id of parts) {
    const part = await context.ledger.find(id);
    if (part?.kind !== 'partial' || part.state !== 'open') {
      throw invalid('part_not_found', `There is no partial upload ${id}`, { id });
    }
    if (part.lengthBytes === null || (await receivedBytes(context, part)) !== part.lengthBytes) {
      throw conflict('part_incomplete', `The partial upload ${id} is not complete yet`, { id });
    }
    sizeBytes += part.lengthBytes;
  }
  return sizeBytes;
}

const bad = (message: string) => invalid('invalid_upload_concat', message);
