import type { Instant } from '../time.js';
import type { ViewsRead } from './views-read.js';

/** `waiting_to_retry` is between two attempts. */
export type WorkStatus = 'queued' | 'running' | 'waiting_to_retry' | 'completed' | 'failed' | 'cancelled';

/** A piece of work as it stands. */
export interface Work {
  /** The media item or the request for recommendations that it is for. */
  readonly subjectId: string;
  readonly kind: string;
  /** The kind, and behind a colon the part, where an item has several. */
  readonly step: string;
  readonly status: WorkStatus;
  /** Null until a job has begun it. */
  readonly jobId: string | null;
  /** 0 until it has begun. */
  readonly attempt: number;
  /** From 0 to 1; null until it has begun. */
  readonly fraction: number | null;
  /** Of the last attempt that failed. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Null unless it waits to be tried again. */
  readonly retryAt: Instant | null;
  readonly queuedAt: Instant;
  /** Of the last attempt; null until it has begun. */
  readonly startedAt: Instant | null;
  readonly updatedAt: Instant;
}

export interface JobsReader {
  /** Up to `limit` pieces of work that have this status and kind, where one is given; last changed first. */
  newest(
    filter: { readonly status?: WorkStatus | undefined; readonly kind?: string | undefined },
    limit: number,
  ): Promise<readonly Work[]>;
}

export const jobsViews = { newest: ['jobs'] } as const satisfies ViewsRead<JobsReader>;
