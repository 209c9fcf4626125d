import type { BlobStore } from '../../core/blob-store.js';
import type { Logger } from '../../core/logger.js';
import type { Position } from '../../core/position.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { UploadLedger, UploadRecord } from '../../core/upload-ledger.js';
import type { MediaCommandOf } from '../../domain/media/media-commands.js';
import type { ContentHashes } from './content-hashes.js';
import type { Joins } from './joins.js';
import type { Transfers } from './transfers.js';

export interface UploadLimits {
  /** Of one file. */
  readonly maximumSizeBytes: number;
  /** Space that uploads leave free on the disk, for the database beside them. */
  readonly keepFreeBytes: number;
  /** Bytes of unknown number are taken in steps of this many, each of which has to fit. */
  readonly spaceCheckBytes: number;
  /** After the last activity, the space of an upload is not kept for it any more; it goes on where there is some. */
  readonly reservationSeconds: number;
  /** Uploads that may be open at once, and those of one caller. */
  readonly maximumOpen: number;
  readonly maximumOpenPerCaller: number;
  /** Final uploads whose parts are joined at once: each reads all of them twice and writes them once. */
  readonly maximumJoins: number;
  /** After the last activity, an unfinished upload is given up. */
  readonly expirySeconds: number;
  /** The same for a file in one request that nobody can repeat: its client is gone with the connection. */
  readonly directExpirySeconds: number;
  /** A connection silent for this long makes way for another request to the same upload. */
  readonly stalledSeconds: number;
  /** A connection silent for this long is ended. */
  readonly idleSeconds: number;
  /** How long after its end an upload is still answered for (410, or complete). */
  readonly rememberedSeconds: number;
}

export const defaultUploadLimits: UploadLimits = {
  maximumSizeBytes: 50 * 1024 ** 3,
  keepFreeBytes: 128 * 1024 ** 2,
  spaceCheckBytes: 32 * 1024 ** 2,
  reservationSeconds: 600,
  maximumOpen: 10_000,
  maximumOpenPerCaller: 5_000,
  maximumJoins: 2,
  expirySeconds: 24 * 3600,
  directExpirySeconds: 300,
  stalledSeconds: 10,
  idleSeconds: 60,
  rememberedSeconds: 7 * 24 * 3600,
};

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

/** What the pieces of ingestion share. */
export interface UploadContext {
  readonly blobs: BlobStore;
  readonly ledger: UploadLedger;
  readonly hooks: UploadHooks;
  readonly limits: UploadLimits;
  readonly logger: Logger;
  readonly now: () => Instant;
  readonly newId: () => string;
  readonly transfers: Transfers;
  readonly joins: Joins;
  readonly hashes: ContentHashes;
  readonly space: Space;
  /** Where the protocol is mounted, without a slash at the end. */
  readonly basePath: string;
}

export const nextExpiry = (context: UploadContext): Instant =>
  addSeconds(context.now(), context.limits.expirySeconds);

/**
 * What the media item must hear of a transfer, and in whose name. Each call may be repeated with the same data, also
 * after a restart.
 */
export interface UploadHooks {
  /**
   * A resumable upload before its first byte is taken, a file in one request before it is complete. A refusal refuses
   * the upload. A repeat finds the item as it is by now: one that is gone refuses it.
   */
  registered(
    data: MediaCommandOf<'RegisterMedia'>['data'],
    actor: string,
  ): Promise<{ readonly position: Position }>;
  /** Every byte is on stable storage under `blobKey`. A repeat gives the first result. */
  completed(
    data: MediaCommandOf<'CompleteUpload'>['data'],
    actor: string,
  ): Promise<{ readonly position: Position }>;
  /** The bytes never came whole and will not. */
  failed(data: MediaCommandOf<'FailUpload'>['data'], actor: string): Promise<unknown>;
  /** Every byte came, and `actor` wants nothing of it any more. */
  deleted(
    data: MediaCommandOf<'DeleteMedia'>['data'],
    actor: string,
  ): Promise<{ readonly position: Position }>;
}
