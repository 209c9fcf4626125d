import type { JobPolicy } from './job.js';
import type { JobHandler } from './running-job.js';

/** The port through which a process takes jobs. Delivery is at least once; the attempt number fences off the late. */
export interface JobConsumer {
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
