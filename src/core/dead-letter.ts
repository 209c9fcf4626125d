import type { ErrorCode } from './errors.js';
import type { JsonObject } from './json.js';
import type { Instant } from './time.js';

/** Why a job was given up. */
export interface DeadLetterReason {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A job that failed for good. */
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

/** The port to the jobs that failed for good. */
export interface DeadLetters {
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
}
