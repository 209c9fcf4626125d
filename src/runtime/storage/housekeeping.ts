import type { DeadLetters } from '../../core/dead-letter.js';
import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { SagaStore } from '../../core/saga-store.js';
import { addSeconds, type Instant } from '../../core/time.js';
import type { Clock } from '../clock.js';

export interface Retention {
  /** What was given up and nobody took up again: dead letters, refused outputs of sagas. */
  readonly failedSeconds: number;
  /** What is done: finished jobs, dead letters that were replayed. */
  readonly finishedSeconds: number;
}

export interface HousekeepingOptions {
  readonly retention: Retention;
  readonly queue: Pick<DeadLetters, 'pruneDeadLetters'>;
  readonly sagaStore: Pick<SagaStore, 'pruneRefused' | 'pruneCompleted'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const INTERVAL_SECONDS = 600;
/** Small, so that no statement holds many rows or takes long. */
const BATCH = 500;

/**
 * Removes what has been kept long enough, now and then, until the signal fires. Never rejects. Any number of processes
 * may do so at once. Begins with a pause: a saga that was away reads what it has missed first.
 *
 * A tombstone keeps late events from beginning a completed process again. Duplicates need none: a saga's checkpoint is
 * written with what it read. The last that can cause a late event is a dead letter which is replayed on its last day
 * and whose job then runs, so a tombstone outlives both.
 */
export async function keepHouse(options: HousekeepingOptions): Promise<void> {
  const { queue, sagaStore, clock, logger, signal } = options;
  const { failedSeconds, finishedSeconds } = options.retention;

  const tasks: Readonly<Record<string, (now: Instant) => Promise<number>>> = {
    'dead letters': (now) =>
      queue.pruneDeadLetters({
        failedBefore: addSeconds(now, -failedSeconds),
        replayedBefore: addSeconds(now, -finishedSeconds),
        limit: BATCH,
      }),
    'refused outputs of sagas': (now) => sagaStore.pruneRefused(addSeconds(now, -failedSeconds), BATCH),
    'completed instances of sagas': (now) =>
      sagaStore.pruneCompleted(addSeconds(now, -failedSeconds - finishedSeconds), BATCH),
  };

  async function removeAll(what: string, removeSome: (now: Instant) => Promise<number>): Promise<void> {
    let count = 0;
    try {
      for (let last = BATCH; last === BATCH && !signal.aborted; count += last)
        last = await removeSome(clock.now());
    } catch (error) {
      logger.warn({ what, error: messageOf(error) }, 'old records could not be removed, trying again later');
    }
    if (count > 0) logger.info({ what, count }, 'old records removed');
  }

  for (;;) {
    await clock.sleep(INTERVAL_SECONDS, signal);
    if (signal.aborted) return;
    for (const [what, removeSome] of Object.entries(tasks)) await removeAll(what, removeSome);
  }
}
