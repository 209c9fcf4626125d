import type { BlobStore } from '../../core/blob-store.js';
import type { Logger } from '../../core/logger.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { UploadLedger } from '../../core/upload-ledger.js';
import type { ContentHashes } from './content-hashes.js';
import type { ReserveSpace } from './free-space.js';
import type { Transfers } from './transfers.js';
import type { UploadHooks } from './upload-hooks.js';

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
  readonly hashes: ContentHashes;
  readonly reserveSpace: ReserveSpace;
  /** Where the protocol is mounted, without a slash at the end. */
  readonly basePath: string;
}

export const nextExpiry = (context: UploadContext): Instant =>
  addSeconds(context.now(), context.limits.expirySeconds);
