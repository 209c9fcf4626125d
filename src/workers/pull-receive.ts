import { MOST_UNWRITTEN_BYTES } from '../core/blob-store.js';
import { invalid, MediaFlowError } from '../core/errors.js';
import type { SourceAnswer } from '../core/file-source.js';
import type { PullAnswer } from '../domain/media/pull.js';
import { interrupted, watchedBytes } from './pull-bytes.js';
import type { Fetching } from './pull-context.js';

/** Bytes that nobody has announced are taken in steps of so many, each of which has to fit. */
const SPACE_STEP_BYTES = 32 * 1024 ** 2;

/**
 * Takes what one answer brings to where it gathers. Throws what appending does, `empty_file`, `file_too_large`, `source_interrupted`,
 * `source_slow`, `storage_full`.
 */
export async function receive(
  { blobs, limits, signal }: Fetching,
  { bytes, startsAtBytes, growingKey, sizeBytes }: SourceAnswer & Pick<PullAnswer, 'growingKey'>,
  onTaken: (count: number, at: number) => void,
): Promise<void> {
  let at = startsAtBytes;
  let fittingBytes = at;

  async function onBytes(count: number): Promise<void> {
    if (at + count > limits.maximumSizeBytes) throw tooLarge(limits.maximumSizeBytes);
    if (sizeBytes !== null && at + count > sizeBytes) throw interrupted('brought more than it had announced');
    at += count;
    // What was announced has been looked at as a whole.
    if (sizeBytes === null && at > fittingBytes) {
      await assertFits(Math.min(at - startsAtBytes, MOST_UNWRITTEN_BYTES) + SPACE_STEP_BYTES);
      fittingBytes = at + SPACE_STEP_BYTES;
    }
    onTaken(count, at);
  }

  async function assertFits(neededBytes: number): Promise<void> {
    const freeBytes = await blobs.freeBytes();
    if (freeBytes === undefined || neededBytes <= freeBytes - limits.keepFreeBytes) return;
    const availableBytes = Math.max(0, freeBytes - limits.keepFreeBytes);
    throw new MediaFlowError('storage-full', 'storage_full', 'There is not enough space left for this file', {
      ...{ neededBytes, availableBytes },
    });
  }

  if ((sizeBytes ?? 0) > limits.maximumSizeBytes) throw tooLarge(limits.maximumSizeBytes);
  if (sizeBytes !== null) await assertFits(sizeBytes - startsAtBytes);
  await blobs.append(growingKey, startsAtBytes, watchedBytes(bytes, { ...limits, onBytes, signal }));
  if (sizeBytes !== null && at < sizeBytes) throw interrupted('ended early');
  if (at === 0) throw invalid('empty_file', 'A file without a single byte cannot be taken.');
}

const tooLarge = (maximumSizeBytes: number) =>
  new MediaFlowError('too-large', 'file_too_large', `A file has at most ${maximumSizeBytes} bytes`, {
    maximumSizeBytes,
  });
