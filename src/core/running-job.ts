import type { DeadLetterReason } from './dead-letter.js';
import type { JobToEnqueue } from './job.js';

/** A job in a worker's hands. */
export interface RunningJob extends Omit<JobToEnqueue, 'patienceSeconds'> {
  /**
   * 1 for the first try, and one more each time it is taken up, also after its worker was lost. With `id` it is the
   * fencing token: results of an older attempt are refused.
   */
  readonly attempt: number;
  /** `attempt` is greater when the failure of the last one could not be recorded: the handler then does and gives up. */
  readonly maximumAttempts: number;
  /** From when it was due to when it was taken up, where the queue can tell. */
  readonly waitedSeconds?: number;
  /** There when an attempt before this one ended with its worker, and no other has told of that since. */
  readonly loss?: JobLoss;
}

/** The end of a worker in the middle of an attempt. It cost the job none of its attempts. */
export interface JobLoss {
  /** The one that ended. */
  readonly attempt: number;
  /** How often a worker of this job has ended while its machine, as far as is known, went on. */
  readonly alone: number;
  /** How often all of the machine was stopped or lost with it, which is rarely a job's doing. */
  readonly withMachine: number;
  /** Which of the two it was this time. */
  readonly isWithMachine: boolean;
}

/** What becomes of a job after an attempt. */
export type JobOutcome =
  | { readonly done: true }
  /** Failed this time; the queue tries again after the backoff. */
  | { readonly retryInSeconds: number; readonly error: string }
  /**
   * Not tried now, at no cost of attempts: its workers were lost again and again. From now on it is not run beside any
   * other job that was set aside, so that the next loss tells which of them ends its workers.
   */
  | {
      readonly setAsideSeconds: number;
      readonly error: string;
      /** The loss could not be told of: the next attempt hears of it again. */
      readonly keepsLoss?: boolean;
    }
  /** Another delivery has this attempt, or nobody could claim it: nothing was done, and nothing is to be written of it. */
  | { readonly unclaimed: true }
  /** Failed for good: becomes a dead letter that can be read and replayed. */
  | { readonly deadLetter: DeadLetterReason };

export type JobHandler = (job: RunningJob, lease: JobLease) => Promise<JobOutcome>;

export interface JobLease {
  /**
   * Fires when the lease is lost, the job cancelled, the time up, its slot needed by others, or the process shuts down.
   * Its `reason` says which: see `abortCodeOf`.
   */
  readonly signal: AbortSignal;
  /**
   * Says that the work is over, well or badly, and only has to be told of, however long that takes: the time limit ends.
   * The answer fires when telling has become useless: the lease is lost, the job cancelled, or the process shuts down.
   */
  recording(): AbortSignal;
}
