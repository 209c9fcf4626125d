import type { BlobStore } from '../../core/blob-store.js';
import { MediaFlowError } from '../../core/errors.js';
import type { UploadLedger } from '../../core/upload-ledger.js';

interface SpaceContext {
  readonly blobs: Pick<BlobStore, 'freeBytes' | 'listGrowing'>;
  readonly ledger: Pick<UploadLedger, 'openBytes'>;
  readonly limits: { readonly keepFreeBytes: number };
}

/**
 * Runs `promise`, which writes a promised length to the ledger, if so many more bytes fit beside what open uploads have
 * still to send, else throws `storage_full`. One at a time, so that two cannot be promised the same space.
 */
export type ReserveSpace = <Result>(neededBytes: number, promise: () => Promise<Result>) => Promise<Result>;

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

/** What open uploads were promised and have not used yet. */
async function promisedBytes({ blobs, ledger }: SpaceContext): Promise<number> {
  const promised = await ledger.openBytes();
  if (promised === 0) return 0;
  let stored = 0;
  for await (const { key, sizeBytes } of blobs.listGrowing()) {
    if (key.startsWith('uploads/')) stored += sizeBytes;
  }
  return Math.max(0, promised - stored);
}
