import type { JobCancellation, JobToEnqueue } from './job.js';

/** The port through which work is asked for, and let go of. */
export interface JobSender {
  enqueue(jobs: readonly JobToEnqueue[]): Promise<void>;

  /**
   * Those that wait are dropped, and those in a worker's hands, in whatever process, aborted with the code `cancelled`:
   * at once as a rule, at the next heartbeat at the latest. None is tried again or becomes a dead letter. A repeat
   * changes nothing, so that one that comes late does not end what was put in after the first.
   */
  cancel(cancellation: JobCancellation): Promise<void>;
}
