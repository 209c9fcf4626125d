import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { MediaFlowError } from '../../../core/errors.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { growingKey, originalKey } from '../../../domain/media/blob-places.js';
import type { UploadContext } from '../upload-context.js';
import { uploadInterrupted } from '../upload-errors.js';
import { readUntil } from './receiving.js';
import type { Transfer } from './transfers.js';

/** Bytes that came once more under a known Idempotency-Key. */
export interface BytesAgain {
  readonly sizeBytes: number;
  /** SHA-256 (hex) of as many of them as were asked for. */
  readonly sha256: string;
}

/**
 * Reads a request to its end and hashes its first `hashedBytes`; nothing is written. Throws `upload_interrupted`, or what
 * `errorOf` makes of a connection that breaks.
 */
export async function readAgain(
  bytes: Readable,
  {
    transfer,
    hashedBytes,
    errorOf = uploadInterrupted,
  }: {
    readonly transfer: Transfer;
    readonly hashedBytes: number;
    readonly errorOf?: ((error: unknown) => MediaFlowError) | undefined;
  },
): Promise<BytesAgain> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of whileWanted(bytes, transfer, errorOf)) {
    if (sizeBytes < hashedBytes) hash.update(chunk.subarray(0, hashedBytes - sizeBytes));
    sizeBytes += chunk.length;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

/** Whether a request brings any bytes at all, which not every header tells before. Throws `upload_interrupted`. */
export async function bringsBytes(bytes: Readable, transfer: Transfer): Promise<boolean> {
  for await (const chunk of whileWanted(bytes, transfer, uploadInterrupted))
    if (chunk.length > 0) return true;
  return false;
}

async function* whileWanted(
  bytes: Readable,
  transfer: Transfer,
  errorOf: (error: unknown) => MediaFlowError,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of readUntil(bytes, transfer.signal)) {
      transfer.progressed();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof MediaFlowError ? error : errorOf(error);
  } finally {
    transfer.received();
  }
}

/** SHA-256 (hex) of the first bytes of an upload, which has at least so many. */
export async function hashOfFirst(
  { blobs }: UploadContext,
  { id, state, sha256, lengthBytes }: UploadRecord,
  sizeBytes: number,
): Promise<string> {
  if (sha256 !== null && sizeBytes === lengthBytes) return sha256;
  const hash = createHash('sha256');
  if (sizeBytes === 0) return hash.digest('hex');
  const isGrowing = state !== 'completed' && (await blobs.growing(growingKey(id)));
  if (isGrowing) return blobs.hashReceived(growingKey(id), sizeBytes);
  const stored = await blobs.read(originalKey(id), { start: 0, end: sizeBytes - 1 });
  for await (const chunk of stored as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
