import type { JobCancellation, JobToEnqueue } from './job.js';
import type { JobDepth, JobQueue } from './job-queue.js';
import type { Instant } from './time.js';

/** A partition of a log in which jobs wait for a queue to admit them. Jobs of one kind and key share one. */
export interface BacklogPartition {
  readonly topic: string;
  readonly partition: number;
}

/** How far a partition was read or admitted: the offset after the last record. */
export interface BacklogPosition extends BacklogPartition {
  readonly nextOffset: number;
}

/** A job as it lies in a partition. */
export interface BacklogJob extends BacklogPartition {
  readonly job: JobToEnqueue;
  readonly offset: number;
  /** By the log's clock: its place in the queue and how long it has waited count from then. */
  readonly enqueuedAt: Instant;
}

/**
 * The port of a queue to the backlog before it, for those who bring jobs from there. A job is admitted once, under its id,
 * whoever brings it and however often: what has been admitted stays known for as long as finished jobs are kept.
 */
export interface JobAdmission {
  /** The ids of those of these jobs that were admitted, in whatever state they are by now. Throws `unknown_job_kind`. */
  known(jobs: readonly Pick<JobToEnqueue, 'kind' | 'id'>[]): Promise<ReadonlySet<string>>;

  /** How many more jobs of a kind may be admitted: those who run them have enough to choose from, and no more. */
  room(kind: string): Promise<{ readonly short: number; readonly long: number }>;

  /**
   * Admits these in their order, and remembers how far their partitions were read: both or neither. Those that were cancelled
   * while they waited end at once. Throws `unstorable_job`, whoever tries, where one of them holds what cannot be kept.
   */
  admit(jobs: readonly BacklogJob[], reached: readonly BacklogPosition[]): Promise<void>;

  /** Cancels what was admitted, and what lies in these partitions before `nextOffset`. A repeat changes nothing. */
  cancelBefore(ends: readonly BacklogPosition[], cancellation: JobCancellation): Promise<void>;

  /** What waits and runs, and how far partitions of these topics were admitted, at one and the same moment. */
  standing(topics: readonly string[]): Promise<{
    readonly depths: Awaited<ReturnType<JobDepth['depth']>>;
    readonly admitted: readonly BacklogPosition[];
  }>;
}

/** A queue that may have a backlog before it. */
export interface AdmittingJobQueue extends JobQueue, JobAdmission {}
