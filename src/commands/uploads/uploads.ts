import { randomUUID } from 'node:crypto';
import type { BlobStore } from '../../core/blob-store.js';
import type { Locker } from '../../core/locker.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import type { Instant } from '../../core/time.js';
import type { UploadLedger } from '../../core/upload-ledger.js';
import { type FileToIngest, type IngestedFile, ingestFile } from './ingest-file.js';
import { createJoins } from './joining/joins.js';
import { endDeleted } from './lifecycle/lifecycle.js';
import { createTusHandler, type TusHandler } from './protocol/tus-handler.js';
import { createTransfers } from './receiving/transfers.js';
import { createSpace, tellingEnds } from './space/space.js';
import { expireUploads, resumeInterrupted, type SweepResult } from './sweeping.js';
import type { UploadContext, UploadHooks } from './upload-context.js';
import { defaultUploadLimits, type UploadLimits } from './upload-limits.js';

export interface Uploads {
  /** Answers everything at and below `basePath`. */
  readonly handleTus: TusHandler;
  readonly ingestFile: (file: FileToIngest) => Promise<IngestedFile>;
  /** To be called when an item is deleted: nothing comes in for it any more. Unknown ids are none of ours. */
  readonly endDeleted: (mediaId: string) => Promise<void>;
  /** Resolves when nothing runs behind answers that were given: the joining of final uploads. */
  readonly settled: () => Promise<void>;
  /** To be run at start, and every minute or so for what an outage has left. */
  readonly resumeInterrupted: (signal?: AbortSignal) => Promise<SweepResult>;
  /** To be run every minute or so. */
  readonly expireUploads: (signal?: AbortSignal) => Promise<SweepResult>;
}

/** How files come in: the tus protocol and single requests, with one set of rules for both. */
export function createUploads(options: {
  readonly blobs: BlobStore;
  readonly ledger: UploadLedger;
  /** One for all who write to these uploads. */
  readonly locker: Locker;
  readonly hooks: UploadHooks;
  readonly limits?: Partial<UploadLimits>;
  readonly logger?: Logger;
  readonly now?: () => Instant;
  readonly newId?: () => string;
  /** Lets go of what runs behind answers; it is taken up again at the next start. */
  readonly stopping?: AbortSignal;
  /** Where the protocol is mounted (default `/v1/uploads`). */
  readonly basePath?: string;
}): Uploads {
  const { blobs, hooks } = options;
  const limits = { ...defaultUploadLimits, ...options.limits };
  const now = options.now ?? (() => new Date().toISOString());
  const space = createSpace({ blobs, ledger: options.ledger, limits, now });
  const context: UploadContext = {
    blobs,
    ledger: tellingEnds(options.ledger, space.ended),
    hooks,
    limits,
    logger: options.logger ?? silentLogger,
    now,
    newId: options.newId ?? randomUUID,
    basePath: options.basePath ?? '/v1/uploads',
    transfers: createTransfers(limits, options.locker),
    joins: createJoins(limits, options.stopping ?? new AbortController().signal),
    space,
  };
  return {
    handleTus: createTusHandler(context),
    ingestFile: (file) => ingestFile(context, file),
    endDeleted: (mediaId) => endDeleted(context, mediaId),
    settled: context.joins.settled,
    resumeInterrupted: (signal) => resumeInterrupted(context, signal),
    expireUploads: (signal) => expireUploads(context, signal),
  };
}
