import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptClaims, AttemptDelivery } from '../../core/attempt-claims.js';
import { isRetryable, messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { JobHandler } from '../../core/running-job.js';

/**
 * Has an attempt handled by the first of its deliveries alone: before anything is done it is claimed, and who has not
 * got it neither works nor says anything of it.
 */
export function handleClaimed(
  handler: JobHandler,
  options: {
    readonly claims: AttemptClaims;
    /** Pauses between the tries to claim; then the queue delivers again, or another has it. */
    readonly pausesSeconds: readonly number[];
    readonly logger: Logger;
  },
): JobHandler {
  const { claims, pausesSeconds, logger } = options;

  async function claim(delivery: AttemptDelivery, signal: AbortSignal): Promise<boolean> {
    for (const pause of [...pausesSeconds, undefined]) {
      try {
        return await claims.claim(delivery);
      } catch (error) {
        logger.warn({ ...delivery, error: messageOf(error) }, 'attempt could not be claimed');
        if (!isRetryable(error) || pause === undefined) return false;
        await delay(pause * 1000, undefined, { signal }).catch(() => {});
        if (signal.aborted) return false;
      }
    }
    return false;
  }

  return async (job, lease) => {
    const delivery = { jobId: job.id, attempt: job.attempt, deliveryId: randomUUID() };
    return (await claim(delivery, lease.signal)) ? handler(job, lease) : { unclaimed: true };
  };
}
