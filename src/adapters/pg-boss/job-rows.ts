import type { JobToEnqueue } from '../../core/job.js';
import type { RequestOrigin } from '../../core/request-origin.js';

/** The dead letter that a job is a replay of. */
export interface ReplayedLetter {
  readonly id: string;
  readonly failedReplays: number;
}

/** What pg-boss stores as a job's data. */
export interface StoredJobData extends Partial<RequestOrigin> {
  readonly payload: JobToEnqueue['payload'];
  readonly correlationId: string;
  readonly causationId: string;
  readonly maximumAttempts: number;
  /**
   * Not in pg-boss's own column: its maintenance would put back what has missed a heartbeat at once, also when machine or
   * database were away and the worker lives. Jobs of earlier releases have it there.
   */
  readonly leaseSeconds?: number;
  /** Of a job that waited in a log before: since when. */
  readonly enqueuedAt?: string;
  /** Of a replayed job. */
  readonly deadLetter?: ReplayedLetter;
  /** How often its worker was lost, and how often with the whole machine. */
  readonly losses?: number;
  readonly machineLosses?: number;
  /** The last attempt whose worker was lost, until that has been told. */
  readonly lostAttempt?: number;
  readonly lostWithMachine?: boolean;
}

/** SQL: what is in a row's data. */
export const LOSSES = `coalesce((data->>'losses')::int, 0)`;
export const MACHINE_LOSSES = `coalesce((data->>'machineLosses')::int, 0)`;
export const ENQUEUED_AT = `coalesce((data->>'enqueuedAt')::timestamptz, created_on)`;
export const ALLOWED_ATTEMPTS = `(data->>'maximumAttempts')::int`;
export const LEASE_SECONDS = `coalesce((data->>'leaseSeconds')::int, heartbeat_seconds)`;

/** In its worker's hands, or put back because that seemed lost, and not taken since: then it is still this worker's. */
export const IS_HELD = `(state = 'active' or (state = 'retry' and (data->>'lostAttempt')::int = retry_count + 1))`;

/** SQL: the data of a held job whose worker shows that it lives: whoever put it back has counted too much. */
export const DATA_OF_LIVING = `(case when state = 'active' then data
  else data - 'lostAttempt' || jsonb_build_object('losses', ${LOSSES} - 1, 'maximumAttempts', ${ALLOWED_ATTEMPTS} - 1) end)`;
