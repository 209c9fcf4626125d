import type { z } from 'zod';
import type { Command } from './decider.js';
import type { ErrorCode } from './errors.js';
import type { JobPolicy } from './job.js';
import type { Logger } from './logger.js';
import type { Instant } from './time.js';

/** Which attempt of which job this is. */
export interface AttemptMeta {
  readonly jobId: string;
  /** From 1. */
  readonly attempt: number;
}

/** Why an attempt failed, as the domain may record it. */
export interface AttemptFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly attempt: number;
  /** It will not be tried again. */
  readonly final: boolean;
  /** When it is tried again, null when final. */
  readonly retryAt: Instant | null;
}

/** What a worker has at hand during one attempt. */
export interface WorkerContext extends AttemptMeta {
  /** Fires when the attempt must end; its reason says why (see `job-abort`). */
  readonly signal: AbortSignal;
  /** Empty private folder of this attempt, removed afterwards. */
  readonly workFolder: string;
  now(): Instant;
  /** Sends commands while the work goes on, such as progress. Rejects when they cannot be sent. */
  report(commands: readonly Command[]): Promise<void>;
  /**
   * Asks with the work done whether its result is still wanted: rejects when it is not. Waits for the answer for as long
   * as the job is this attempt's; there is no time limit any more.
   */
  confirm(commands: readonly Command[]): Promise<void>;
  readonly logger: Logger;
}

/** Code of the conflict that tells a worker to let go: what it does is not wanted any more. That is no failure. */
export const SUPERSEDED = 'step_superseded';
/**
 * Code of the conflict that tells a job that it has failed for good already: a kill came between that and the queue's
 * hearing of it. Its details have why, as `{ failure: { code, message } }`.
 */
export const GIVEN_UP = 'step_failed';

/** One kind of work: takes a payload, does one thing, and ends in commands. */
export interface Worker<Payload = unknown, Subject = unknown> {
  readonly kind: string;
  readonly payload: z.ZodType<Payload>;
  /** The ids in a payload: enough to record a failure, so that one that does not fit is heard of as well. */
  readonly subject: z.ZodType<Subject>;
  readonly policy: JobPolicy;
  /** Jobs at once in one process, and one short one more while all of these are long. */
  readonly concurrency: number;
  /** Commands sent before `run`. */
  started(payload: Payload, meta: AttemptMeta): readonly Command[];
  /** Does the work and returns the commands that record its result. A permanent MediaFlowError ends the job. */
  run(payload: Payload, context: WorkerContext): Promise<readonly Command[]>;
  /** Commands that record a failed attempt. */
  failed(subject: Subject, failure: AttemptFailure, meta: AttemptMeta): readonly Command[];
}
