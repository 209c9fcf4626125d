import type { BlobStore } from '../../core/blob-store.js';
import { MediaFlowError } from '../../core/errors.js';
import type { UploadLedger } from '../../core/upload-ledger.js';
import { growingKey, type ReserveSpace, type UploadContext } from './upload-context.js';
import { tooLarge } from './upload-errors.js';

interface SpaceContext {
  readonly blobs: Pick<BlobStore, 'freeBytes' | 'listGrowing'>;
  readonly ledger: Pick<UploadLedger, 'unfinished'>;
  readonly limits: { readonly keepFreeBytes: number };
}

export function createReserveSpace(context: SpaceContext): ReserveSpace {
  let last: Promise<unknown> = Promise.resolve();
  return (neededBytes, promise) => {
    const next = last.then(async () => {
      await assertFreeSpace(context, neededBytes);
      return promise();
    });
    last = next.catch(() => {});
    return next;
  };
}

async function assertFreeSpace(context: SpaceContext, neededBytes: number): Promise<void> {
  const free = await context.blobs.freeBytes();
  if (free === undefined) return;
  const available = free - context.limits.keepFreeBytes - (await promisedBytes(context));
  if (neededBytes <= available) return;
  throw new MediaFlowError('storage-full', 'storage_full', 'There is not enough space left for this file', {
    neededBytes,
    availableBytes: Math.max(0, available),
  });
}

/** What open uploads were promised and have not used yet. Of a final one, its parts have sent it already. */
async function promisedBytes({ blobs, ledger }: SpaceContext): Promise<number> {
  const open = (await ledger.unfinished()).filter(({ state, kind }) => state === 'open' && kind !== 'final');
  const promised = new Map(open.map(({ id, lengthBytes }) => [growingKey(id), lengthBytes ?? 0]));
  if (promised.size === 0) return 0;
  for await (const { key, sizeBytes } of blobs.listGrowing()) {
    const left = (promised.get(key) ?? 0) - sizeBytes;
    promised.set(key, Math.max(0, left));
  }
  return [...promised.values()].reduce((sum, left) => sum + left, 0);
}

/** Throws `file_too_large`. */
export function assertTakeable({ limits }: UploadContext, lengthBytes: number): void {
  if (lengthBytes > limits.maximumSizeBytes) {
    const message = `A file has at most ${limits.maximumSizeBytes} bytes`;
    throw tooLarge('file_too_large', message, limits.maximumSizeBytes);
  }
}
