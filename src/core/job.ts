import type { JsonObject } from './json.js';
import type { RequestOrigin } from './request-origin.js';

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
  /** Runs so long that short work of its kind must not have to wait for its end: see `JobConsumer.work`. */
  readonly long?: boolean;
}

export interface JobToEnqueue extends JobRequest, RequestOrigin {
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

/** How often and how long jobs of a kind may try. */
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
