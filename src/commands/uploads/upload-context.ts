import type { BlobStore } from '../../core/blob-store.js';
import type { Logger } from '../../core/logger.js';
import type { Position } from '../../core/position.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { UploadCaller, UploadLedger } from '../../core/upload-ledger.js';
import type { MediaCommandOf } from '../../domain/media/media-commands.js';
import type { Joins } from './joining/joins.js';
import type { Transfers } from './receiving/transfers.js';
import type { Space } from './space/space.js';
import type { UploadLimits } from './upload-limits.js';

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
    caller: UploadCaller,
  ): Promise<{ readonly position: Position }>;
  /** Every byte is on stable storage under `blobKey`. A repeat gives the first result. */
  completed(
    data: MediaCommandOf<'CompleteUpload'>['data'],
    caller: UploadCaller,
  ): Promise<{ readonly position: Position }>;
  /** The bytes never came whole and will not. */
  failed(data: MediaCommandOf<'FailUpload'>['data'], caller: UploadCaller): Promise<unknown>;
  /** Every byte came, and the caller wants nothing of it any more. */
  deleted(
    data: MediaCommandOf<'DeleteMedia'>['data'],
    caller: UploadCaller,
  ): Promise<{ readonly position: Position }>;
}
