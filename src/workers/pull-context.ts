import type { BlobStore } from '../core/blob-store.js';
import type { FileSource } from '../core/file-source.js';
import type { Locker } from '../core/locker.js';
import type { WorkerContext } from '../core/worker.js';
import type { AttemptOf } from '../domain/media/media-commands.js';
import type { Pull } from '../domain/media/pull.js';

export interface PullLimits {
  readonly maximumSizeBytes: number;
  /** Of the disk, left to others. */
  readonly keepFreeBytes: number;
  /** A server that sends nothing for so long is asked once more. */
  readonly stallSeconds: number;
  /** A server that sends fewer over that time is asked for the rest later, after others. */
  readonly leastBytesPerSecond: number;
  /** For all attempts together. */
  readonly maximumSeconds: number;
}

export interface PullDependencies {
  readonly blobs: BlobStore;
  readonly source: FileSource;
  /** What the item's history says of it: the address is nowhere else. */
  readonly findPull: (mediaId: string) => Promise<Pull | undefined>;
  readonly locker: Locker;
  readonly limits: PullLimits;
}

/** One attempt at it. */
export interface Fetching extends PullDependencies {
  readonly pull: Pull;
  readonly held: AttemptOf;
  readonly context: WorkerContext;
  readonly signal: AbortSignal;
}
