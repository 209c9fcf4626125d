import type { DeadLetters } from './dead-letter.js';
import type { JobConsumer } from './job-consumer.js';
import type { JobSender } from './job-sender.js';

/** The port to how far behind the workers are. */
export interface JobDepth {
  /** How much waits and runs, by kind. */
  depth(): Promise<readonly { readonly kind: string; readonly waiting: number; readonly active: number }[]>;
  /** For how long the first of those that are due has waited, in seconds, by kind; 0 where none is. */
  waits(): Promise<readonly { readonly kind: string; readonly seconds: number }[]>;
  /** How much of what waits lies in a log before the queue, by kind; nothing where all of it is in the queue. */
  backlog(): Promise<readonly { readonly kind: string; readonly jobs: number }[]>;
}

/** All that a durable job queue offers; whoever uses it takes the part it needs. */
export interface JobQueue extends JobSender, JobConsumer, DeadLetters, JobDepth {}
