import type { JobPolicy, JobToEnqueue } from '../../../core/job.js';
import type { JobLoss, RunningJob } from '../../../core/running-job.js';

/** The dead letter that a job is a replay of. */
export interface ReplayedLetter {
  readonly id: string;
  readonly failedReplays: number;
}

/** A job in the queue, from when it is put in until the process ends. */
export interface MemoryJob {
  readonly job: JobToEnqueue;
  readonly leaseSeconds: number;
  /** The second in which its patience ends: the queue runs in this order. */
  readonly place: number;
  readonly replayed: ReplayedLetter | undefined;
  state: 'waiting' | 'active' | 'cancelled' | 'over';
  /** Whether it may be taken; not while it waits to be tried again. */
  isDue: boolean;
  /** Since when it is due, in milliseconds of the process's own time. */
  dueSince: number;
  /** The last one that was taken up; 0 before the first. */
  attempt: number;
  maximumAttempts: number;
  isLong: boolean;
  isSuspect: boolean;
  losses: number;
  loss: JobLoss | undefined;
  /** Fires when it is due, or when its worker has been silent for a lease. */
  timer: NodeJS.Timeout | undefined;
}

export const newJob = (
  job: JobToEnqueue,
  policy: Pick<JobPolicy, 'maximumAttempts' | 'leaseSeconds'>,
  kept: { readonly place?: number; readonly replayed?: ReplayedLetter } = {},
): MemoryJob => ({
  job,
  leaseSeconds: policy.leaseSeconds,
  place: kept.place ?? Math.floor(Date.now() / 1000 + (job.patienceSeconds ?? 0)),
  replayed: kept.replayed,
  state: 'waiting',
  isDue: true,
  dueSince: performance.now(),
  attempt: 0,
  maximumAttempts: policy.maximumAttempts,
  isLong: job.long ?? false,
  isSuspect: false,
  losses: 0,
  loss: undefined,
  timer: undefined,
});

export function runningJobOf({ job, ...row }: MemoryJob): RunningJob {
  const { patienceSeconds: _, long: __, ...told } = job;
  return {
    ...told,
    ...(row.isLong && { long: true }),
    attempt: row.attempt,
    maximumAttempts: row.maximumAttempts,
    ...(row.loss && { loss: row.loss }),
  };
}
