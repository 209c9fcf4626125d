import { setTimeout as delay } from 'node:timers/promises';
import type { Settlement } from '../../consuming/attempt.js';
import type { AttemptId } from '../../consuming/leases.js';
import { isPassing, messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { AttemptStatements } from './attempt-statements.js';
import type { DeadLetterTable } from './dead-letters.js';
import type { FetchTransaction } from './fetched-job.js';

/** Back to the queue as it was before this transaction fetched it: nothing of it has begun. */
interface Unbegun {
  readonly beforeFetch: FetchTransaction;
}

export type Settle = (attempt: AttemptId, settlement: Settlement | Unbegun) => Promise<void>;

/**
 * Writes how an attempt ended, trying on while the database is away or refuses it for now, until `giveUp` fires: then the job is found
 * again by its lease. Never rejects.
 */
export function createSettle(options: {
  readonly statements: AttemptStatements;
  readonly deadLetters: Pick<DeadLetterTable, 'bury'>;
  readonly logger: Logger;
  readonly giveUp: AbortSignal;
}): Settle {
  const { statements, deadLetters, logger, giveUp } = options;

  const write = (attempt: AttemptId, settlement: Settlement | Unbegun): Promise<boolean> => {
    if ('done' in settlement) return statements.complete(attempt);
    if ('deadLetter' in settlement) return deadLetters.bury(attempt, settlement.deadLetter);
    if ('retryInSeconds' in settlement) {
      return statements.retry(attempt, settlement.retryInSeconds, settlement.error);
    }
    if ('setAsideSeconds' in settlement) {
      const { setAsideSeconds: seconds, error, keepsLoss = false } = settlement;
      return statements.setAside(attempt, { seconds, error, keepsLoss });
    }
    if ('released' in settlement) return statements.release(attempt);
    if ('beforeFetch' in settlement)
      return statements.giveBack(attempt, settlement.beforeFetch).then(() => true);
    return Promise.resolve(false);
  };

  return async (attempt, settlement) => {
    if ('cancelled' in settlement || 'unclaimed' in settlement) return;
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2000)) {
      try {
        const accepted = await write(attempt, settlement);
        if (!accepted) logger.warn({ ...attempt }, 'job queue: result refused, the lease was lost');
        return;
      } catch (error) {
        if (!isPassing(error)) {
          logger.error({ ...attempt, error: messageOf(error) }, 'job queue: result could not be written');
          return;
        }
        await delay(waitMs, undefined, { signal: giveUp }).catch(() => {});
        if (giveUp.aborted) return;
      }
    }
  };
}
