import type { JobPolicy } from './job.js';
import type { JobHandler } from './running-job.js';

/**
 * How often a queue hands out an attempt, to whatever process.
 *
 * - `once`: to one handler, ever. Taking it up is one step of the engine's, and that step is its claim.
 * - `at-least-once`: perhaps to two at the same time, or again when one is done with it. Who handles it claims it first
 *   (`AttemptClaims`), and says so when another has it.
 */
export type DeliveryPromise = 'once' | 'at-least-once';

/**
 * The port through which a process takes jobs. A job runs at least once, under an attempt number that grows each time it
 * is taken up and fences off the late.
 */
export interface JobConsumer {
  readonly delivers: DeliveryPromise;

  /**
   * Begins to hand jobs of a kind to `handler`, at most `concurrency` at once, and while long ones hold all these
   * slots, one short one more. A short one that takes long counts as long, and is aborted with the code `overstayed`
   * when it stays too long in the slot more: it runs again, as a long one, at no cost of attempts. Heartbeats run by
   * themselves while the handler does; a worker that dies is noticed after the lease. Resolves when it listens.
   */
  work(
    kind: string,
    options: { readonly concurrency: number; readonly policy: JobPolicy },
    handler: JobHandler,
  ): Promise<void>;

  /** The kinds of the jobs that run in this process. */
  running(): readonly string[];

  /** Takes no new jobs, lets running ones end for up to `graceSeconds`, then aborts them; they run again elsewhere. */
  stop(options: { readonly graceSeconds: number }): Promise<void>;
}
