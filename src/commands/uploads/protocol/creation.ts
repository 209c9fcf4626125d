import { Readable } from 'node:stream';
import { uploadIdOf } from '../../../core/derived-ids.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { growingKey } from '../../../domain/media/blob-places.js';
import { detailsOf, type FileDetails } from '../lifecycle/file-details.js';
import {
  closeUpload,
  findUpload,
  receivedBytes,
  refuseEnded,
  registerUpload,
} from '../lifecycle/lifecycle.js';
import { newUpload, sizeOfOriginal } from '../lifecycle/new-upload.js';
import { hashOfFirst, readAgain } from '../receiving/bytes-again.js';
import type { Transfer } from '../receiving/transfers.js';
import { assertTakeable } from '../space/space.js';
import { callerOf } from '../upload-caller.js';
import type { UploadContext } from '../upload-context.js';
import { emptyFile, keyReused } from '../upload-errors.js';
import { concatenationOf } from './concatenation.js';
import { postFinal } from './final-upload.js';
import { type TakenBytes, takeBytes } from './patch.js';
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

/** Creation of a whole, partial or final upload, with its first bytes or without. */
export async function postUpload(context: UploadContext, request: TusRequest): Promise<TusResponse> {
  const idempotencyKey = idempotencyKeyOf(request);
  const metadata = headerOf(request, 'upload-metadata') ?? '';
  const details = detailsOf(metadata);
  const concatenation = concatenationOf(request, context.basePath);
  if (concatenation.kind === 'final')
    return postFinal(context, request, concatenation, { metadata, details });
  const { kind } = concatenation;
  const id = idempotencyKey === null ? context.newId() : uploadIdOf(request.actor, idempotencyKey);

  const earlier = idempotencyKey === null ? undefined : await context.ledger.find(id);
  const upload = earlier ?? (await createUpload(context, request, kind, { id, metadata, details }));
  // First: of an item that is deleted nobody knows any more what came with it.
  await refuseEnded(context, upload);
  if (upload.metadata !== metadata || upload.kind !== kind || !hasLength(upload, request))
    throw keyReused(id);

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

interface UploadToCreate {
  readonly id: string;
  readonly metadata: string;
  readonly details: FileDetails;
}

/** Whether the length of a creation that comes again is that of its upload; it may have become known meanwhile. */
function hasLength({ lengthBytes }: UploadRecord, request: TusRequest): boolean {
  const length = bytesHeader(request, 'upload-length') ?? null;
  return length === null || lengthBytes === null || length === lengthBytes;
}

/** The bytes of a creation count only for an upload that has none; of another they must be the first ones again. */
async function takeWhatCame(
  context: UploadContext,
  request: TusRequest,
  upload: UploadRecord,
): Promise<TakenBytes> {
  if (upload.state === 'open' && upload.lengthBytes === 0) return takeNothing(context, upload);
  const sizeBytes = await receivedBytes(context, upload);
  if (!hasBytes(request)) return { upload, sizeBytes, position: null };
  return sizeBytes === 0
    ? takeBytes(context, request, upload.id, 0)
    : context.transfers.exclusively(upload.id, (transfer) =>
        compareBytes(context, request, upload.id, transfer),
      );
}

async function compareBytes(
  context: UploadContext,
  request: TusRequest,
  id: string,
  transfer: Transfer,
): Promise<TakenBytes> {
  const upload = await findUpload(context, id);
  const hashedBytes = await receivedBytes(context, upload);
  const again = await readAgain(request.body, { transfer, hashedBytes });
  const sizeBytes = Math.min(hashedBytes, again.sizeBytes);
  const isTooLong = upload.lengthBytes !== null && again.sizeBytes > upload.lengthBytes;
  if (isTooLong || again.sha256 !== (await hashOfFirst(context, upload, sizeBytes))) throw keyReused(id);
  return { upload, sizeBytes: hashedBytes, position: null };
}

/** Of no bytes an upload is whole from its start: a part is one like others, an item fails and says why. */
async function takeNothing(context: UploadContext, upload: UploadRecord): Promise<TakenBytes> {
  if (upload.kind === 'partial')
    await context.transfers.exclusively(upload.id, () =>
      context.blobs.append(growingKey(upload.id), 0, Readable.from([])),
    );
  else await closeUpload(context, upload, emptyFile());
  const latest = (await context.ledger.find(upload.id)) ?? upload;
  return { upload: latest, sizeBytes: 0, position: null };
}

/** Writes a new upload to the ledger. Throws `file_too_large`, `storage_full`, `invalid_upload_length`. */
async function createUpload(
  context: UploadContext,
  request: TusRequest,
  kind: 'whole' | 'partial',
  { id, metadata, details }: UploadToCreate,
): Promise<UploadRecord> {
  const lengthBytes = declaredLength(request);
  if (lengthBytes !== null) assertTakeable(context, lengthBytes);
  return context.space.open({ id, actor: request.actor, neededBytes: lengthBytes ?? 0 }, async () =>
    context.ledger.create(
      newUpload(context, {
        ...{ id, kind, metadata, ...callerOf(request) },
        lengthBytes: (await sizeOfOriginal(context, id)) ?? lengthBytes,
        declaredSha256: kind === 'partial' ? null : details.sha256,
      }),
    ),
  );
}
