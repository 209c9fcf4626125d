import { conflict, invalid } from '../../../core/errors.js';
import type { Position } from '../../../core/position.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { completeUpload } from '../lifecycle/completing.js';
import { findUpload, isWhole, receivedBytes } from '../lifecycle/lifecycle.js';
import { bringsBytes } from '../receiving/bytes-again.js';
import { checksumAlgorithms, type ExpectedChecksum, parseChecksum } from '../receiving/checksums.js';
import { receiveBytes, takeBackUnchecked } from '../receiving/receiving.js';
import { assertTakeable } from '../space/space.js';
import { inTraceOf } from '../upload-caller.js';
import type { UploadContext } from '../upload-context.js';
import { offsetMismatch, tooLarge, uploadCompleted } from '../upload-errors.js';
import {
  bytesHeader,
  headerOf,
  positionHeader,
  progressHeaders,
  requireBytes,
  type TusRequest,
  type TusResponse,
} from './tus-messages.js';

/** More bytes of an upload. */
export async function patchUpload(
  context: UploadContext,
  request: TusRequest,
  id: string,
): Promise<TusResponse> {
  const offset = bytesHeader(request, 'upload-offset');
  if (offset === undefined)
    throw invalid('invalid_header', 'Upload-Offset is needed', { header: 'upload-offset' });
  const { upload, sizeBytes, position } = await takeBytes(context, request, id, offset);
  return { status: 204, headers: { ...progressHeaders(upload, sizeBytes), ...positionHeader(position) } };
}

export interface TakenBytes {
  readonly upload: UploadRecord;
  /** The upload's size now. */
  readonly sizeBytes: number;
  /** Set when these were the last bytes. */
  readonly position: Position | null;
}

/** Takes the bytes of a request into an open upload at `offset`, and completes it with the last one. */
export async function takeBytes(
  context: UploadContext,
  request: TusRequest,
  id: string,
  offset: number,
): Promise<TakenBytes> {
  requireBytes(request);
  const checksum = checksumOf(request);
  const contentLength = bytesHeader(request, 'content-length') ?? 0;
  // Before this request counts as activity: what HEAD says is gone, no bytes bring back.
  if ((await findUpload(context, id)).kind === 'final') {
    throw conflict('final_upload_is_fixed', 'A final upload takes no bytes of its own', { id });
  }
  return context.transfers.exclusively(id, async (transfer) => {
    const found = await findUpload(context, id);
    const received = await receivedBytes(context, found);
    if (offset !== received) throw offsetMismatch(id, offset, received);
    if (found.state === 'completed' || isWhole(found, received)) {
      if (contentLength > 0 || (await bringsBytes(request.body, transfer))) throw uploadCompleted(id);
      const position =
        found.state === 'open' ? await completeUpload(context, inTraceOf(found, request)) : null;
      return { upload: await findUpload(context, id), sizeBytes: received, position };
    }
    await takeBackUnchecked(context, found);
    const upload = await learnLength(context, request, found, received);
    if (upload.lengthBytes !== null && offset + contentLength > upload.lengthBytes) {
      throw tooLarge('upload_too_long', 'There are more bytes than Upload-Length says', upload.lengthBytes);
    }
    const receive = () => receiveBytes(context, { upload, offset, bytes: request.body, checksum, transfer });
    const sizeBytes = await (upload.lengthBytes === null
      ? receive()
      : context.space.promiseDuring(id, upload.lengthBytes - offset, receive));
    const position = isWhole(upload, sizeBytes)
      ? await completeUpload(context, inTraceOf(upload, request))
      : null;
    return { upload: await findUpload(context, id), sizeBytes, position };
  });
}

/**
 * The checksum of a request, null when it has none: `Upload-Checksum: <algorithm> <base64>` before its bytes, or behind
 * them where a `Trailer` announces it. Throws `invalid_checksum`, `unsupported_checksum_algorithm`.
 */
function checksumOf(request: TusRequest): ExpectedChecksum | null {
  const header = headerOf(request, 'upload-checksum');
  if (header !== undefined) {
    const checksum = parseChecksum(header);
    return { algorithms: [checksum.algorithm], told: () => checksum };
  }
  const announced = (headerOf(request, 'trailer') ?? '').toLowerCase().split(',');
  if (!announced.some((name) => name.trim() === 'upload-checksum')) return null;
  return {
    // Which it is, the trailer will tell.
    algorithms: checksumAlgorithms,
    told: () => parseChecksum(request.trailers?.()['upload-checksum'] ?? ''),
  };
}

/** `Upload-Length` may come with any PATCH while it is not known, and is then fixed. */
async function learnLength(
  context: UploadContext,
  request: TusRequest,
  upload: UploadRecord,
  received: number,
): Promise<UploadRecord> {
  const lengthBytes = bytesHeader(request, 'upload-length');
  if (lengthBytes === undefined || lengthBytes === upload.lengthBytes) return upload;
  if (upload.lengthBytes !== null || lengthBytes < received) {
    throw invalid('invalid_upload_length', `The length cannot be ${lengthBytes}`, {
      lengthBytes: upload.lengthBytes,
      receivedBytes: received,
    });
  }
  assertTakeable(context, lengthBytes);
  await context.space.promise(upload.id, lengthBytes - received);
  const changed = await context.ledger.change(upload.id, 'open', { lengthBytes });
  return changed ?? findUpload(context, upload.id);
}
