import type { DeadLetterReason } from '../../core/dead-letter.js';
import type { JobLoss } from '../../core/running-job.js';

/**
 * How long a job whose worker was lost waits, in seconds, the first time, the second and so on; one time more, and it is
 * given up. A power cut is no job's fault, so the first costs nothing; five are this job's own.
 */
export const LOSS_PAUSES_SECONDS: readonly number[] = [0, 10, 60, 300];

/**
 * So many losses together with all of the machine weigh as much as one alone. Not none: a job that takes its machine with
 * it each time must come to an end too.
 */
const MACHINE_LOSSES_A_LOSS = 4;

/** How long the job waits now; undefined when it is given up. */
export function pauseAfter(
  { alone, withMachine }: JobLoss,
  pausesSeconds: readonly number[],
): number | undefined {
  const losses = alone + Math.floor(withMachine / MACHINE_LOSSES_A_LOSS);
  return losses === 0 ? 0 : pausesSeconds[losses - 1];
}

export const workerLost = ({ alone, withMachine, isWithMachine }: JobLoss): DeadLetterReason => ({
  code: 'worker_lost',
  message: isWithMachine
    ? `The machine on which this was worked stopped in the middle of it, ${times(withMachine)} so far`
    : `The process that worked on this ended in the middle of it, ${times(alone)} so far`,
});

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
