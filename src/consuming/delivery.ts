import type { RunningJob } from '../core/running-job.js';

/** An attempt in the hands of this process. */
export interface Delivery {
  readonly job: RunningJob;
  /** It was set aside because its workers were lost: of all kinds together a process runs one such job at a time. */
  readonly isSuspect: boolean;
  readonly leaseSeconds: number;
  /** Puts it back as it was: nothing of it has begun. Never rejects. */
  giveBack(): Promise<void>;
  /** From its next attempt on it is a long job. Never rejects. */
  markLong(): Promise<void>;
}

export interface Fetched {
  readonly taken: readonly Delivery[];
  /** The connection broke while these were being taken: whoever asked has them, or nobody. */
  readonly doubtful?: readonly Delivery[];
}
