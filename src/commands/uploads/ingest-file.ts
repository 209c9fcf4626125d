import type { Readable } from 'node:stream';
import { isRetryable, MediaFlowError } from '../../core/errors.js';
import type { Position } from '../../core/position.js';
import { addSeconds } from '../../core/time.js';
import type { UploadCaller, UploadRecord } from '../../core/upload-ledger.js';
import { growingKey, originalKey } from '../../domain/media/blob-places.js';
import { completeUpload } from './lifecycle/completing.js';
import {
  type DeclaredDetails,
  detailsText,
  type FileDetails,
  toFileDetails,
} from './lifecycle/file-details.js';
import {
  closeUpload,
  isWhole,
  mayBeRegistered,
  receivedBytes,
  registerUpload,
} from './lifecycle/lifecycle.js';
import { newUpload, sizeOfOriginal } from './lifecycle/new-upload.js';
import { hashOfFirst, readAgain } from './receiving/bytes-again.js';
import { receiveBytes } from './receiving/receiving.js';
import type { Transfer } from './receiving/transfers.js';
import { assertTakeable } from './space/space.js';
import { callerOf, inTraceOf } from './upload-caller.js';
import { nextExpiry, type UploadContext } from './upload-context.js';
import { emptyFile, keyReused, uploadGone } from './upload-errors.js';

export interface FileToIngest extends UploadCaller {
  /** UUID; derived from the request's Idempotency-Key where there is one. */
  readonly mediaId: string;
  readonly bytes: Readable;
  /** What it means for the client that reading them failed; `upload_interrupted` where nobody says. */
  readonly errorOf?: (error: unknown) => MediaFlowError;
  readonly declared: DeclaredDetails;
  /** Of the file, when the request tells; only to see early that it does not fit. */
  readonly declaredSizeBytes?: number | null;
  readonly idempotencyKey: string | null;
  /** Asked once every byte is in, for what a form says behind its file. What it throws refuses the file. */
  readonly declaredAfterwards?: () => Promise<DeclaredDetails>;
}

export interface IngestedFile {
  readonly mediaId: string;
  /** Of the event that says the file is here. */
  readonly position: Position;
}

/**
 * Takes a file that comes in one request; never whole in memory. The item is registered when the request has come to
 * its end: of one that is refused or cut off before, no item stays. Repeated with the same media id it gives the first
 * answer, or begins anew where the first was cut off. Throws MediaFlowError: `invalid_upload_metadata`,
 * `invalid_sha256`, `empty_file`, `file_too_large`, `checksum_mismatch` (the item tells of it), `storage_full`,
 * `upload_interrupted`, `upload_locked` while the same file is coming in, `upload_gone` when it has failed before,
 * `idempotency_key_reused` when it came before and other bytes or details come now, and what a registration throws.
 */
export async function ingestFile(context: UploadContext, file: FileToIngest): Promise<IngestedFile> {
  const { mediaId, idempotencyKey } = file;
  const details = toFileDetails(file.declared);
  if (typeof file.declaredSizeBytes === 'number') assertTakeable(context, file.declaredSizeBytes);
  return context.transfers.exclusively(mediaId, async (transfer) => {
    const upload = (await context.ledger.find(mediaId)) ?? (await createDirectUpload(context, file, details));
    if (upload.state === 'closing' || upload.state === 'closed') throw uploadGone(upload);
    return { mediaId, position: await positionOf(upload, transfer) };
  });

  async function positionOf(upload: UploadRecord, transfer: Transfer): Promise<Position> {
    if (upload.state === 'open' && upload.lengthBytes === null) return take(upload, transfer);
    if (upload.state === 'open' && !isWhole(upload, await receivedBytes(context, upload)))
      return take(await asNotBegun(upload), transfer);
    // The bytes came whole before: of these it has only to be known whether they are the same again.
    const hashedBytes = upload.lengthBytes ?? 0;
    const again = await readAgain(file.bytes, { transfer, hashedBytes, errorOf: file.errorOf });
    const { declaredSha256: declared } = await register(upload);
    const first = await hashOfFirst(context, upload, hashedBytes);
    const isSame = again.sizeBytes === upload.lengthBytes && again.sha256 === first;
    if (!isSame || (declared !== null && declared !== first)) throw keyReused(mediaId);
    return upload.state === 'open' ? completeUpload(context, inTraceOf(upload, file)) : repeat(upload);
  }

  /** Once the whole request is read; returns the checksum that holds. Of two that say different things, the first holds. */
  async function register(upload: UploadRecord): Promise<{ readonly declaredSha256: string | null }> {
    const told = toFileDetails({ ...file.declared, ...(await file.declaredAfterwards?.()) });
    const metadata = detailsText(told);
    // Its item may have heard of it from here on: whoever has its key has time to come back.
    const lasting = idempotencyKey === null ? {} : { expiresAt: nextExpiry(context) };
    if (!mayBeRegistered(upload)) await context.ledger.change(mediaId, 'open', { metadata, ...lasting });
    else if (upload.metadata !== metadata) throw keyReused(mediaId);
    const declaredSha256 = told.sha256 ?? upload.declaredSha256;
    await registerUpload(context, { ...upload, declaredSha256 }, told);
    return { declaredSha256 };
  }

  async function repeat(upload: UploadRecord): Promise<Position> {
    const { position } = await context.hooks.completed(
      {
        mediaId,
        blobKey: originalKey(mediaId),
        sizeBytes: upload.lengthBytes ?? 0,
        sha256: upload.sha256 ?? '',
      },
      upload,
    );
    return position;
  }

  /** Its bytes were whole once, and are gone with the process that had them: nobody was told that they had come. */
  async function asNotBegun(upload: UploadRecord): Promise<UploadRecord> {
    const begun = await context.ledger.change(mediaId, 'open', { lengthBytes: null });
    if (!begun) throw uploadGone(upload);
    return begun;
  }

  async function take(upload: UploadRecord, transfer: Transfer): Promise<Position> {
    let whole: UploadRecord | undefined;
    try {
      await context.blobs.discard(growingKey(mediaId));
      const sizeBytes = await receiveBytes(context, {
        upload,
        offset: 0,
        bytes: file.bytes,
        errorOf: file.errorOf,
        checksum: null,
        transfer,
      });
      if (sizeBytes === 0) throw emptyFile();
      const changes = { lengthBytes: sizeBytes, ...(await register(upload)) };
      whole = await context.ledger.change(mediaId, 'open', changes);
    } catch (error) {
      await giveUp(upload, error);
      throw error;
    }
    if (!whole) throw uploadGone(upload);
    return completeUpload(context, inTraceOf(whole, file));
  }

  async function giveUp(upload: UploadRecord, error: unknown): Promise<void> {
    if (!(error instanceof MediaFlowError)) return;
    // With a key, the client can send the same again; whoever sent something else does not take that from it.
    const isOther = error.code === 'idempotency_key_reused';
    const canComeBack = idempotencyKey !== null && (isOther || isRetryable(error));
    if (!canComeBack) return closeUpload(context, upload, error);
    await context.blobs.discard(growingKey(mediaId));
    // Nothing of it can be taken up: who comes again begins anew, who does not leaves nothing open.
    const latest = await context.ledger.find(mediaId);
    if (latest && !mayBeRegistered(latest)) await context.ledger.remove(mediaId);
  }
}

function createDirectUpload(
  context: UploadContext,
  file: FileToIngest,
  details: FileDetails,
): Promise<UploadRecord> {
  const { limits, now } = context;
  const { mediaId, actor, declaredSizeBytes } = file;
  return context.space.open({ id: mediaId, actor, neededBytes: declaredSizeBytes ?? 0 }, async () =>
    context.ledger.create(
      newUpload(context, {
        ...{ id: mediaId, kind: 'direct', ...callerOf(file) },
        lengthBytes: await sizeOfOriginal(context, mediaId),
        declaredSha256: details.sha256,
        expiresAt: addSeconds(now(), limits.directExpirySeconds),
      }),
    ),
  );
}
