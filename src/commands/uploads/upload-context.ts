import type { BlobStore } from '../../core/blob-store.js';
import type { Logger } from '../../core/logger.js';
import type { Position } from '../../core/position.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { UploadLedger } from '../../core/upload-ledger.js';
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
  expirySeconds: 24 * 3600,
  directExpirySeconds: 300,
  stalledSeconds: 10,
  idleSeconds: 60,
  rememberedSeconds: 7 * 24 * 3600,
};

/**
 * Runs `promise`, which writes a promised length to the ledger, if so many more bytes fit beside what open uploads have
 * still to send, else throws `storage_full`. One at a time, so that two cannot be promised the same space.
 */
export type ReserveSpace = <Result>(neededBytes: number, promise: () => Promise<Result>) => Promise<Result>;

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
  readonly reserveSpace: ReserveSpace;
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

/** Where the bytes of an upload grow. */
export const growingKey = (uploadId: string): string => `uploads/${uploadId}`;
/** Where they lie once they are whole. */
export const originalKey = (mediaId: string): string => `media/${mediaId}/original`;
