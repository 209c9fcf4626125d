import type { ErrorCode } from './errors.js';
import type { JsonObject } from './json.js';
import type { Instant } from './time.js';

/** Work that a saga asks for. */
export interface JobRequest {
  /** Names the worker and the queue. */
  readonly kind: string;
  /** What the work is about (a media id): jobs of one kind and key run one after another, in order. */
  readonly key: string;
  readonly payload: JsonObject;
  /**
   * How much later than this job others of its kind may come and still go first (default 0). A queue runs in the
   * order of arrival plus patience, so a stream of newer work holds no job up for longer than that.
   */
  readonly patienceSeconds?: number;
  /** Runs so long that short work of its kind must not have to wait for its end: see `JobQueue.work`. */
  readonly long?: boolean;
}

export interface JobToEnqueue extends JobRequest {
  /** UUID. Enqueuing the same id again changes nothing. */
  readonly id: string;
  readonly correlationId: string;
  readonly causationId: string;
}

/** Work that is not wanted any more: the jobs of these kinds with this key that have been put in so far. */
export interface JobCancellationRequest {
  readonly kinds: readonly string[];
  readonly key: string;
}

export interface JobCancellation extends JobCancellationRequest {
  /** UUID. Cancelling under the same id again changes nothing. */
  readonly id: string;
}

/** A job in a worker's hands. */
export interface RunningJob extends Omit<JobToEnqueue, 'patienceSeconds'> {
  /** 1 for the first try. With `id` it is the fencing token: results of an older attempt are refused. */
  readonly attempt: number;
  /** `attempt` is greater when the failure of the last one could not be recorded: the handler then does and gives up. */
  readonly maximumAttempts: number;
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

export interface JobPolicy {
  readonly maximumAttempts: number;
  /** A job whose worker has sent no heartbeat for this long is given to another. */
  readonly leaseSeconds: number;
  /** Wall clock for the work of one attempt. */
  readonly timeLimitSeconds: number;
  /** What has reached its time limit would again: it is given up then, not tried again. */
  readonly timeLimitIsFinal?: boolean;
  readonly backoff: { readonly firstSeconds: number; readonly maximumSeconds: number };
}

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
  /** Failed for good: becomes a dead letter that can be read and replayed. */
  | { readonly deadLetter: DeadLetterReason };

export interface DeadLetterReason {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface DeadLetter {
  /** Stays the same when its job fails for good again after a replay. */
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly payload: JsonObject;
  readonly attempts: number;
  /** As whichever release gave it up wrote it down. */
  readonly reason: { readonly code: string; readonly message: string };
  readonly failedAt: Instant;
  /** Null when it never was, or its replay has failed for good too. */
  readonly replayedAt: Instant | null;
  /** How many replays have failed for good too. */
  readonly failedReplays: number;
}

export type JobHandler = (job: RunningJob, lease: JobLease) => Promise<JobOutcome>;

export interface JobLease {
  /** Fires when the lease is lost, the job cancelled, the time up, its slot needed by others, or the process shuts down. Its `reason` says which: see `abortCodeOf`. */
  readonly signal: AbortSignal;
  /**
   * Says that the work is over, well or badly, and only has to be told of, however long that takes: the time limit ends.
   * The answer fires when telling has become useless: the lease is lost, the job cancelled, or the process shuts down.
   */
  recording(): AbortSignal;
}

/** The port to a durable job queue. Delivery is at least once; the attempt number fences off the late. */
export interface JobQueue {
  enqueue(jobs: readonly JobToEnqueue[]): Promise<void>;

  /**
   * Those that wait are dropped, and those in a worker's hands, in whatever process, aborted with the code `cancelled`:
   * at once as a rule, at the next heartbeat at the latest. None is tried again or becomes a dead letter. A repeat
   * changes nothing, so that one that comes late does not end what was put in after the first.
   */
  cancel(cancellation: JobCancellation): Promise<void>;

  /**
   * Begins to hand jobs of a kind to `handler`, at most `concurrency` at once, and while long ones hold all these
   * slots, one short one more. A short one that takes long counts as long, and is aborted with the code `overstayed`
   * when it stays too long in the slot more: it runs again, as a long one, at no cost of attempts. Heartbeats run by themselves while the handler does; a worker that dies is noticed
   * after the lease. Resolves when it listens.
   */
  work(
    kind: string,
    options: { readonly concurrency: number; readonly policy: JobPolicy },
    handler: JobHandler,
  ): Promise<void>;

  /** Newest first. */
  deadLetters(options: {
    readonly limit: number;
    readonly kind?: string;
    readonly idPrefix?: string;
  }): Promise<DeadLetter[]>;
  deadLetter(id: string): Promise<DeadLetter | undefined>;

  /**
   * Puts a dead letter's job back in its queue, in the place it had, under a new id, and returns that id; once, until
   * that job has failed for good too, which its letter then tells.
   */
  replay(id: string): Promise<string>;
  /** Removes a dead letter nobody is going to replay. */
  discard(id: string): Promise<void>;
  /** Removes up to `limit` dead letters, those replayed and those never replayed each from its age on; says how many. */
  pruneDeadLetters(options: {
    readonly failedBefore: Instant;
    readonly replayedBefore: Instant;
    readonly limit: number;
  }): Promise<number>;

  /** The kinds of the jobs that run in this process. */
  running(): readonly string[];
  /** How much waits and runs, by kind. */
  depth(): Promise<readonly { readonly kind: string; readonly waiting: number; readonly active: number }[]>;

  /** Takes no new jobs, lets running ones end for up to `graceSeconds`, then aborts them; they run again elsewhere. */
  stop(options: { readonly graceSeconds: number }): Promise<void>;
}
