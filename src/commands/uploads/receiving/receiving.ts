import { Readable } from 'node:stream';
import { MOST_UNWRITTEN_BYTES } from '../../../core/blob-store.js';
import { MediaFlowError } from '../../../core/errors.js';
import { addSeconds, type Instant } from '../../../core/time.js';
import type { UploadRecord } from '../../../core/upload-ledger.js';
import { growingKey, originalKey } from '../../../domain/media/blob-places.js';
import type { UploadContext } from '../upload-context.js';
import { tooLarge, uploadGone, uploadInterrupted } from '../upload-errors.js';
import { type Comparison, comparisonWith, type ExpectedChecksum } from './checksums.js';
import type { Transfer } from './transfers.js';

interface Incoming {
  readonly upload: UploadRecord;
  readonly offset: number;
  readonly bytes: Readable;
  readonly errorOf?: ((error: unknown) => MediaFlowError) | undefined;
  /** Of these bytes; when it does not match, none of them count. */
  readonly checksum: ExpectedChecksum | null;
  readonly transfer: Transfer;
}

/**
 * Appends what a request brings at `offset`, the present size, and returns the new size. Throws `upload_too_long`,
 * `checksum_mismatch`, `storage_full`, `upload_interrupted` when the client is gone or silent for too long; what
 * arrived before counts then, unless a checksum was to be compared.
 */
export async function receiveBytes(context: UploadContext, incoming: Incoming): Promise<number> {
  const { upload, offset, checksum, transfer } = incoming;
  const key = growingKey(upload.id);
  await markActive(context, upload, checksum ? { uncheckedFromBytes: offset } : {});
  const comparison = comparisonWith(checksum);
  try {
    const tapped = Readable.from(tap(context, incoming, comparison), { objectMode: false });
    // Of a file in one request nobody sends the rest: it comes whole, or once more.
    const appending = upload.kind === 'direct' ? { becomes: originalKey(upload.id) } : {};
    const { sizeBytes } = await context.blobs.append(key, offset, tapped, appending);
    comparison.compare();
    if (checksum) await context.ledger.change(upload.id, 'open', { uncheckedFromBytes: null });
    return sizeBytes;
  } catch (error) {
    if (checksum) await takeBackUnchecked(context, { ...upload, uncheckedFromBytes: offset });
    throw error;
  } finally {
    transfer.received();
  }
}

/** Removes bytes whose checksum was never compared or did not match. Repeating is harmless. */
export async function takeBackUnchecked(context: UploadContext, upload: UploadRecord): Promise<void> {
  if (upload.uncheckedFromBytes === null) return;
  const key = growingKey(upload.id);
  const stored = await context.blobs.growing(key);
  if (stored && stored.sizeBytes > upload.uncheckedFromBytes) {
    await context.blobs.truncateGrowing(key, upload.uncheckedFromBytes);
  }
  await context.ledger.change(upload.id, 'open', { uncheckedFromBytes: null });
}

/** Puts the end of an upload's life off; throws `upload_gone` when it has ended already. */
async function markActive(
  context: UploadContext,
  upload: UploadRecord,
  changes: { uncheckedFromBytes?: number } = {},
): Promise<void> {
  const expiresAt = latest(upload.expiresAt, addSeconds(context.now(), expirySecondsOf(context, upload)));
  const changed = await context.ledger.change(upload.id, 'open', { ...changes, expiresAt });
  if (!changed) throw uploadGone((await context.ledger.find(upload.id)) ?? upload);
}

/** ISO instants of one time zone sort as text. */
const latest = (a: Instant, b: Instant): Instant => (a > b ? a : b);

function expirySecondsOf({ limits }: UploadContext, upload: UploadRecord): number {
  return upload.kind === 'direct' ? limits.directExpirySeconds : limits.expirySeconds;
}

/** The request's bytes on their way to the store: counted, hashed, watched. */
async function* tap(
  context: UploadContext,
  incoming: Incoming,
  comparison: Comparison,
): AsyncIterable<Buffer> {
  const { upload, bytes, transfer } = incoming;
  const limitBytes = upload.lengthBytes ?? context.limits.maximumSizeBytes;
  const touchEveryMilliseconds = (expirySecondsOf(context, upload) * 1000) / 4;
  // Bytes that were announced have their space reserved already.
  const stepBytes = upload.lengthBytes === null ? context.limits.spaceCheckBytes : Infinity;
  let at = incoming.offset;
  let fittingBytes = at + stepBytes;
  let touchedAt = performance.now();
  try {
    for await (const chunk of readUntil(bytes, transfer.signal)) {
      if (at + chunk.length > limitBytes) throw tooLong(upload, limitBytes);
      if (at + chunk.length > fittingBytes) {
        const unwrittenBytes = Math.min(at - incoming.offset, MOST_UNWRITTEN_BYTES);
        await context.space.assertFits(unwrittenBytes + chunk.length);
        fittingBytes = at + stepBytes;
      }
      transfer.progressed();
      comparison.update(chunk);
      at += chunk.length;
      context.space.used(upload.id, chunk.length);
      yield chunk;
      if (performance.now() - touchedAt > touchEveryMilliseconds) {
        touchedAt = performance.now();
        await markActive(context, upload);
      }
    }
  } catch (error) {
    throw error instanceof MediaFlowError ? error : (incoming.errorOf ?? uploadInterrupted)(error);
  } finally {
    transfer.received();
  }
}

const tooLong = (upload: UploadRecord, limitBytes: number) =>
  upload.lengthBytes === null
    ? tooLarge('file_too_large', `A file has at most ${limitBytes} bytes`, limitBytes)
    : tooLarge('upload_too_long', 'There are more bytes than Upload-Length says', limitBytes);

/**
 * What a request brings, until it ends or the signal fires, whose reason is thrown then. The request itself outlives
 * both: the answer goes out on the same connection.
 */
export async function* readUntil(bytes: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const chunks = bytes.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  let endWaiting: (reason: unknown) => void = () => {};
  const end = () => endWaiting(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      // A promise a chunk: one that lives as long as the request would remember each of them.
      const next = await new Promise<IteratorResult<Buffer>>((resolve, reject) => {
        endWaiting = reject;
        chunks.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', end);
    // Where a chunk is waited for still, that comes first.
    chunks.return?.().catch(() => {});
  }
}
