import type { BlobStore } from '../../core/blob-store.js';
import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import { addSeconds } from '../../core/time.js';
import type { Clock } from '../clock.js';

const EVERY_SECONDS = 3600;
/** What is put together for longer than this was given up by its process. */
const GRACE_SECONDS = 86_400;

/** Has the blob store removed, every hour, what killed processes left in it, until the signal fires. Never rejects. */
export async function sweepBlobs(options: {
  readonly blobs: Pick<BlobStore, 'sweep'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { blobs, clock, logger, signal } = options;
  while (!signal.aborted) {
    await clock.sleep(EVERY_SECONDS, signal);
    if (signal.aborted) return;
    try {
      const removed = await blobs.sweep(addSeconds(clock.now(), -GRACE_SECONDS));
      if (removed > 0) logger.info({ removed }, 'removed from the blob store what killed processes had left');
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'the blob store could not be swept');
    }
  }
}
