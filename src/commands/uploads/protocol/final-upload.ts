import { finalUploadIdOf, uploadIdOf } from '../../../core/derived-ids.js';
import { invalid } from '../../../core/errors.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { beginJoining } from '../joining/joining.js';
import type { FileDetails } from '../lifecycle/file-details.js';
import { refuseEnded, registerUpload } from '../lifecycle/lifecycle.js';
import { newUpload, sizeOfOriginal } from '../lifecycle/new-upload.js';
import { assertTakeable, neededBytes } from '../space/space.js';
import { callerOf } from '../upload-caller.js';
import type { UploadContext } from '../upload-context.js';
import { keyReused, partJoined } from '../upload-errors.js';
import { type Concatenation, concatenationHeader, sizeOfParts } from './concatenation.js';
import {
  headerOf,
  idempotencyKeyOf,
  positionHeader,
  progressHeaders,
  type TusRequest,
  type TusResponse,
} from './tus-messages.js';

type FinalConcatenation = Extract<Concatenation, { readonly kind: 'final' }>;

/**
 * Creation of a final upload. The parts are its own from then on, and joined after the answer. The same list of parts of
 * the same caller gives the same upload, for as long as anything is known of it. Throws `part_not_found`, `part_joined`,
 * `part_incomplete`, `idempotency_key_reused`, `file_too_large`, `storage_full`.
 */
export async function postFinal(
  context: UploadContext,
  request: TusRequest,
  concatenation: FinalConcatenation,
  { metadata, details }: { readonly metadata: string; readonly details: FileDetails },
): Promise<TusResponse> {
  const { parts } = concatenation;
  const idempotencyKey = idempotencyKeyOf(request);
  if (headerOf(request, 'upload-length') !== undefined) {
    throw invalid('invalid_upload_length', 'The length of a final upload is that of its parts');
  }
  const id =
    idempotencyKey === null
      ? finalUploadIdOf(request.actor, parts)
      : uploadIdOf(request.actor, idempotencyKey);
  const upload =
    (await findFinal(context, request, id, parts)) ??
    (await createFinal(context, request, concatenation, { id, metadata, details }));
  // First: of an item that is deleted nobody knows any more what came with it.
  await refuseEnded(context, upload);
  if (upload.metadata !== metadata || !isOf(upload, parts)) {
    throw idempotencyKey === null ? partJoined(parts[0] ?? id) : keyReused(id);
  }
  const position = await registerUpload(context, upload, details);
  if (upload.state === 'open') beginJoining(context, upload);
  return {
    status: 201,
    headers: {
      Location: `${context.basePath}/${upload.id}`,
      ...(upload.state === 'completed' ? progressHeaders(upload, upload.lengthBytes ?? 0) : {}),
      ...positionHeader(position),
    },
  };
}

/**
 * HEAD of a final upload whose parts are not joined yet: there is no `Upload-Offset` until they are (tus 1.0.0,
 * Concatenation). Throws why the last attempt failed, and begins another.
 */
export function headOfUnjoined(context: UploadContext, upload: UploadRecord): TusResponse {
  const failure = context.joins.failureOf(upload.id);
  beginJoining(context, upload);
  if (failure !== undefined) throw failure;
  return {
    status: 200,
    headers: {
      'Upload-Length': String(upload.lengthBytes),
      ...(upload.metadata === '' ? {} : { 'Upload-Metadata': upload.metadata }),
      ...concatenationHeader(upload, context.basePath),
    },
  };
}

/** The upload of this id, or the one that the caller has made of these parts with another key or none. */
async function findFinal(
  { ledger }: UploadContext,
  { actor }: TusRequest,
  id: string,
  parts: readonly string[],
): Promise<UploadRecord | undefined> {
  const known = await ledger.find(id);
  if (known) return known;
  const joinedInto = parts[0] === undefined ? null : (await ledger.find(parts[0]))?.joinedInto;
  const final = joinedInto ? await ledger.find(joinedInto) : undefined;
  return final?.actor === actor && isOf(final, parts) ? final : undefined;
}

const isOf = (upload: UploadRecord, parts: readonly string[]): boolean =>
  upload.kind === 'final' &&
  upload.parts.length === parts.length &&
  upload.parts.every((id, index) => id === parts[index]);

async function createFinal(
  context: UploadContext,
  request: TusRequest,
  { parts, asSent }: FinalConcatenation,
  of: { readonly id: string; readonly metadata: string; readonly details: FileDetails },
): Promise<UploadRecord> {
  const final = newUpload(context, {
    ...{ id: of.id, kind: 'final', ...callerOf(request), metadata: of.metadata },
    ...{ parts, concatAsSent: asSent, declaredSha256: of.details.sha256 },
  });
  const joinedBytes = await sizeOfOriginal(context, of.id);
  if (joinedBytes !== null) return context.ledger.create({ ...final, lengthBytes: joinedBytes });

  const lengthBytes = await sizeOfParts(context, parts);
  assertTakeable(context, lengthBytes);
  const whole = { ...final, lengthBytes };
  const created = await context.space.open({ ...whole, neededBytes: neededBytes(whole) }, () =>
    context.ledger.createFinal(whole),
  );
  if (created) return created;
  // Another request was faster: it has made this one, or taken one of its parts.
  const known = await findFinal(context, request, of.id, parts);
  if (known) return known;
  await sizeOfParts(context, parts);
  throw partJoined(parts[0] ?? of.id);
}
