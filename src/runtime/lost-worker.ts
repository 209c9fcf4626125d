import type { DeadLetterReason } from '../core/job.js';

/**
 * How long a job whose worker was lost waits, in seconds, the first time, the second and so on; one time more, and it is
 * given up. A power cut is no job's fault, so the first costs nothing; five are this job's own.
 */
export const LOSS_PAUSES_SECONDS: readonly number[] = [0, 10, 60, 300];

export const workerLost = (count: number): DeadLetterReason => ({
  code: 'worker_lost',
  message: `The process that worked on this ended in the middle of it, ${count === 1 ? 'once' : `${count} times`} so far`,
});
