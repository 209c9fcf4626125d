import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { WorkerPresence } from '../../core/worker-presence.js';
import type { Clock } from '../clock.js';

const INTERVAL_SECONDS = 15;

/** A process that was not heard of for so long is dead, or as good as that: two of its words may be lost. */
export const FORGOTTEN_AFTER_SECONDS = 50;

/** Says now and then which kinds of jobs a process takes, until the signal fires. Never rejects. */
export async function tellPresence(options: {
  readonly presence: WorkerPresence;
  /** A UUID. */
  readonly processId: string;
  readonly kinds: readonly string[];
  readonly clock: Pick<Clock, 'sleep'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { presence, processId, kinds, clock, logger, signal } = options;
  // Whoever has lost the database hears so from those that cannot do without it.
  const untold = (error: unknown) =>
    logger.debug({ error: messageOf(error) }, 'Cannot say which kinds of jobs are taken here');
  while (!signal.aborted) {
    await presence.seen(processId, kinds).catch(untold);
    await clock.sleep(INTERVAL_SECONDS, signal);
  }
  await presence.gone(processId).catch(untold);
}
