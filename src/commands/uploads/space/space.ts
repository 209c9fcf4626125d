import type { BlobStore } from '../../../core/blob-store.js';
import { MediaFlowError } from '../../../core/errors.js';
import type { Instant } from '../../../core/time.js';
import type { UploadLedger, UploadRecord } from '../../../core/upload-ledger.js';
import { growingKey } from '../../../domain/media/blob-places.js';
import { tooLarge, tooManyUploads } from '../upload-errors.js';
import type { UploadLimits } from '../upload-limits.js';
import { createOpenUploads } from './open-uploads.js';

/** What uploads may take of the disk, and how many may be open. */
export interface Space {
  /**
   * Runs `create`, which writes a new upload to the ledger, when another one of its caller may be open and so many bytes
   * fit beside what others have still to send; they are promised to it then. Throws `too_many_uploads`, `storage_full`.
   */
  open<Result extends UploadRecord | undefined>(
    upload: { readonly id: string; readonly actor: string; readonly neededBytes: number },
    create: () => Promise<Result>,
  ): Promise<Result>;
  /** Promises an open upload what it has still to send, in place of what it was promised before. Throws `storage_full`. */
  promise(id: string, leftBytes: number): Promise<void>;
  /** The same for as long as `work` runs, however long that is and however long nothing comes. */
  promiseDuring<Result>(id: string, leftBytes: number, work: () => Promise<Result>): Promise<Result>;
  /** Of bytes that nobody announced. Throws `storage_full` when they do not fit beside what is promised. */
  assertFits(neededBytes: number): Promise<void>;
  /** Bytes of an upload came. */
  used(id: string, bytes: number): void;
  /** An upload is not open any more. */
  ended(id: string): void;
}

export function createSpace(context: {
  readonly blobs: Pick<BlobStore, 'freeBytes' | 'listGrowing'>;
  readonly ledger: Pick<UploadLedger, 'unfinished'>;
  readonly limits: UploadLimits;
  readonly now: () => Instant;
}): Space {
  const { blobs, ledger, limits, now } = context;
  const nowMilliseconds = () => Date.parse(now());
  const uploads = createOpenUploads({ reservationSeconds: limits.reservationSeconds, nowMilliseconds });
  let loading: Promise<void> | undefined;
  const endedMeanwhile = new Set<string>();

  /** What an earlier process has left open. */
  async function load(): Promise<void> {
    const open = (await ledger.unfinished()).filter(({ state }) => state === 'open');
    const sizes = new Map<string, number>();
    if (open.length > 0)
      for await (const { key, sizeBytes } of blobs.listGrowing()) sizes.set(key, sizeBytes);
    for (const upload of open.sort((a, b) => (a.expiresAt < b.expiresAt ? -1 : 1))) {
      if (endedMeanwhile.has(upload.id)) continue;
      uploads.add(upload.id, upload.actor);
      const activeAt = Date.parse(upload.expiresAt) - limits.expirySeconds * 1000;
      const sizeBytes = sizes.get(growingKey(upload.id)) ?? 0;
      uploads.promise(upload.id, neededBytes(upload) - sizeBytes, activeAt);
    }
    endedMeanwhile.clear();
  }

  function loaded(): Promise<void> {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  /** Nothing comes between this and the promise that follows, so that no two are promised the same space. */
  function refuse(neededBytes: number, freeBytes: number | undefined): void {
    if (freeBytes === undefined) return;
    const availableBytes = freeBytes - limits.keepFreeBytes - uploads.promisedBytes();
    if (neededBytes <= availableBytes) return;
    throw new MediaFlowError('storage-full', 'storage_full', 'There is not enough space left for this file', {
      neededBytes,
      availableBytes: Math.max(0, availableBytes),
    });
  }

  async function promise(id: string, leftBytes: number): Promise<void> {
    await loaded();
    const freeBytes = await blobs.freeBytes();
    // Of what it has been promised already, nothing has to fit again.
    const moreBytes = leftBytes - uploads.promisedTo(id);
    if (moreBytes > 0) refuse(moreBytes, freeBytes);
    uploads.promise(id, leftBytes);
  }

  return {
    async open({ id, actor, neededBytes }, create) {
      await loaded();
      const freeBytes = await blobs.freeBytes();
      if (uploads.countOf(actor) >= limits.maximumOpenPerCaller)
        throw tooManyUploads('This caller', limits.maximumOpenPerCaller);
      if (uploads.count() >= limits.maximumOpen) throw tooManyUploads('This server', limits.maximumOpen);
      refuse(neededBytes, freeBytes);
      const isNew = uploads.add(id, actor);
      if (isNew) uploads.promise(id, neededBytes);
      try {
        const created = await create();
        if (isNew && created?.state !== 'open') uploads.remove(id);
        return created;
      } catch (error) {
        if (isNew) uploads.remove(id);
        throw error;
      }
    },

    promise,

    async promiseDuring(id, leftBytes, work) {
      await promise(id, leftBytes);
      uploads.hold(id);
      try {
        return await work();
      } finally {
        uploads.release(id);
      }
    },

    async assertFits(neededBytes) {
      await loaded();
      refuse(neededBytes, await blobs.freeBytes());
    },

    used: uploads.used,

    ended(id) {
      if (loading === undefined) return;
      endedMeanwhile.add(id);
      void loading.finally(() => endedMeanwhile.delete(id)).catch(() => {});
      uploads.remove(id);
    },
  };
}

/** Joining writes the parts once more before it lets go of them, unless there is only one. */
export const neededBytes = ({ kind, parts, lengthBytes }: UploadRecord): number =>
  kind === 'final' && parts.length === 1 ? 0 : (lengthBytes ?? 0);

/** The same ledger, which says when an upload has ended. */
export const tellingEnds = (ledger: UploadLedger, ended: (id: string) => void): UploadLedger => ({
  ...ledger,
  async change(id, whileIn, changes) {
    const changed = await ledger.change(id, whileIn, changes);
    if (changed && changed.state !== 'open') ended(id);
    return changed;
  },
  async remove(id) {
    await ledger.remove(id);
    ended(id);
  },
});

/** Throws `file_too_large`. */
export function assertTakeable({ limits }: { readonly limits: UploadLimits }, lengthBytes: number): void {
  if (lengthBytes > limits.maximumSizeBytes) {
    const message = `A file has at most ${limits.maximumSizeBytes} bytes`;
    throw tooLarge('file_too_large', message, limits.maximumSizeBytes);
  }
}
