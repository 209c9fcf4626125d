import type { DeadLetters } from './dead-letter.js';
import type { JobConsumer } from './job-consumer.js';
import type { JobSender } from './job-sender.js';

/** The port to how far behind the workers are. */
export interface JobDepth {
  /** How much waits and runs, by kind. */
  depth(): Promise<readonly { readonly kind: string; readonly waiting: number; readonly active: number }[]>;
}

/** All that a durable job queue offers; whoever uses it takes the part it needs. */
export interface JobQueue extends JobSender, JobConsumer, DeadLetters, JobDepth {}
