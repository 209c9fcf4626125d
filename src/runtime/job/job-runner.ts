import type { AttemptClaims } from '../../core/attempt-claims.js';
import type { JobConsumer } from '../../core/job-consumer.js';
import type { Logger } from '../../core/logger.js';
import type { Instant } from '../../core/time.js';
import type { Worker } from '../../core/worker.js';
import { handleClaimed } from './claim-attempt.js';
import { createAttemptHandler } from './job-attempt.js';
import { LOSS_PAUSES_SECONDS } from './lost-worker.js';
import type { ExecuteCommand } from './send-commands.js';
import { createWorkFolders } from './work-folders.js';

export interface RunWorkersOptions {
  readonly queue: Pick<JobConsumer, 'work' | 'delivers'>;
  /** Needed where the queue delivers an attempt at least once, and not asked where it does once. */
  readonly claims?: AttemptClaims;
  /** One a kind. */
  readonly workers: readonly Worker[];
  readonly execute: ExecuteCommand;
  /** This process's folder for work in progress; leftovers of a crash in it are removed at start. */
  readonly workRoot: string;
  readonly clock: () => Instant;
  /** Jitter of the backoff, [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** How long a worker may ignore its signal (default 5 s); must be less than the queue's own grace. */
  readonly abandonAfterSeconds?: number;
  /**
   * Pauses between the tries to send a command, in seconds (default about a minute in all: a database restarts). While
   * a database is away, or has no room, the last one is repeated.
   */
  readonly sendPausesSeconds?: readonly number[];
  /** See `LOSS_PAUSES_SECONDS`, the default. */
  readonly lossPausesSeconds?: readonly number[];
}

/**
 * Connects workers to the queue they take jobs from and the commands they end in. Resolves when all listen. Throws when the
 * queue needs claims and there are none.
 */
export async function runWorkers(options: RunWorkersOptions): Promise<void> {
  const { queue, workers, workRoot, logger } = options;
  const { sendPausesSeconds = [0.1, 0.3, 1, 2.5, 5, 10, 10, 10, 10, 10] } = options;
  const claims = queue.delivers === 'once' ? undefined : options.claims;
  if (queue.delivers !== 'once' && !claims) throw new Error('A queue that may deliver twice needs claims');
  const folders = createWorkFolders(workRoot);
  const swept = await folders.sweep();
  if (swept > 0) logger.info({ folders: swept }, 'work folders left by the last run removed');
  for (const worker of workers) {
    const handler = createAttemptHandler(worker, {
      ...options,
      folders,
      abandonAfterSeconds: options.abandonAfterSeconds ?? 5,
      sendPausesSeconds,
      lossPausesSeconds: options.lossPausesSeconds ?? LOSS_PAUSES_SECONDS,
    });
    await queue.work(
      worker.kind,
      { concurrency: worker.concurrency, policy: worker.policy },
      claims ? handleClaimed(handler, { claims, pausesSeconds: sendPausesSeconds, logger }) : handler,
    );
  }
}
