import type { Command } from './decider.js';
import type { ErrorCode } from './errors.js';
import type { StoredEvent } from './event.js';
import type { JobCancellationRequest, JobRequest } from './job.js';
import type { Position } from './position.js';
import type { RequestOrigin } from './request-origin.js';
import type { SagaFailure, SagaStatus } from './saga-status.js';
import type { Instant } from './time.js';

/** What an output inherits from the event that led to it, over timers too. */
export interface SagaOrigin extends RequestOrigin {
  readonly correlationId: string;
  /** The event reacted to; for a timer, the event whose reaction scheduled it. */
  readonly causationId: string;
}

export interface SagaTimer {
  readonly instance: string;
  readonly timer: string;
  /** UUID of this scheduling: the same timer scheduled again is another one. Is the input id when it fires. */
  readonly id: string;
  readonly dueAt: Instant;
  readonly origin: SagaOrigin;
}

/** What an instance is to be told, as it is stored. */
export type SagaTrigger = { readonly event: StoredEvent } | { readonly timer: SagaTimer };

export interface SagaInstance {
  readonly instance: string;
  /** JSON text, undefined for an instance that has completed: a tombstone that keeps late events from reviving it. */
  readonly state: string | undefined;
  /** Set while parked: new inputs queue up behind the failed one. */
  readonly parked: { readonly failure: SagaFailure; readonly retryAt: Instant } | undefined;
}

/** An input waiting behind a failed one. */
export interface ParkedInput {
  /** Place in the queue, given by the store. */
  readonly sequence: number;
  readonly instance: string;
  readonly trigger: SagaTrigger;
}

export type OutboxBody =
  | { readonly send: Command }
  | { readonly run: JobRequest }
  | { readonly cancelJobs: JobCancellationRequest };

/** What an output is called to people: the type of its command, or the kinds of its jobs. */
export function outputName(body: OutboxBody): string {
  if ('send' in body) return body.send.type;
  return 'run' in body ? body.run.kind : `cancel ${body.cancelJobs.kinds.join(', ')}`;
}

export interface OutboxEntry {
  /** Id of the command, job or cancellation, derived: handing it over twice changes nothing. */
  readonly id: string;
  readonly saga: string;
  readonly instance: string;
  readonly body: OutboxBody;
  readonly origin: SagaOrigin;
  /** How often handing it over has failed. */
  readonly attempts: number;
}

/** What became of an outbox entry that was tried. */
export type OutboxOutcome =
  | { readonly id: string; readonly done: true }
  /** Will never be taken: kept for an operator, and no longer in the way of what follows. */
  | {
      readonly id: string;
      readonly refused: { readonly code: ErrorCode; readonly message: string; at: Instant };
    }
  | { readonly id: string; readonly postponed: { readonly error: string; readonly dueAt: Instant } };

/** Where a saga is. `version` grows with every commit and is the fence: read it before what you decide on. */
export interface SagaHead {
  readonly version: number;
  readonly checkpoint: Position;
}

/** Everything one step of a saga changes, to be written in one transaction. */
export interface SagaCommit {
  readonly saga: string;
  /** The version the step was decided on. */
  readonly version: number;
  /** The new checkpoint, and why the saga cannot go past it, if so; absent when the step was not about the log. */
  readonly progress?: { readonly checkpoint: Position; readonly failure: SagaFailure | null };
  readonly instances: readonly SagaInstance[];
  readonly setTimers: readonly SagaTimer[];
  readonly removeTimers: readonly { readonly instance: string; readonly timer: string }[];
  /** In the order in which they are to be handed over. */
  readonly outputs: readonly Omit<OutboxEntry, 'attempts' | 'saga'>[];
  /** Inputs to append to the queues of parked instances. */
  readonly park: readonly Omit<ParkedInput, 'sequence'>[];
  /** Parked inputs that have been dealt with. */
  readonly unpark: readonly number[];
  readonly at: Instant;
}

/**
 * No try of anything is put off for longer. What is due later all the same was told so by a clock that has been set back
 * since, and is due now. A saga's own timers are as late as the saga says.
 */
export const LONGEST_PAUSE_SECONDS = 3600;

/**
 * The port to what sagas remember. Time comes from the caller, so that tests own it. Throws unavailable
 * `saga_store_unavailable` when the outcome is unknown; every step may be repeated from the head.
 */
export interface SagaStore {
  /** Makes the saga known; one that is known already keeps its checkpoint. */
  register(saga: string, checkpoint: Position): Promise<void>;
  head(saga: string): Promise<SagaHead>;

  /** The instances among these that exist, completed ones included. */
  instances(saga: string, instances: readonly string[]): Promise<SagaInstance[]>;
  /** Timers due by `now`, earliest first; those of parked instances wait until they go on. */
  dueTimers(saga: string, now: Instant, limit: number): Promise<SagaTimer[]>;
  /** The queue of the instance longest due for another try, in order; empty when none is. */
  dueParked(saga: string, now: Instant, limit: number): Promise<ParkedInput[]>;
  /** When the next timer or retry is due. */
  nextDue(saga: string): Promise<Instant | undefined>;

  /** All of it and true, or nothing and false when the saga is no longer at `version`: somebody else took a step. */
  commit(changes: SagaCommit): Promise<boolean>;

  /**
   * Outbox entries to hand over now, in order, without the instances in `except`. Never an entry behind one of the same
   * instance that is postponed.
   */
  outbox(options: {
    readonly sagas: readonly string[];
    readonly now: Instant;
    readonly limit: number;
    readonly except: readonly { readonly saga: string; readonly instance: string }[];
  }): Promise<OutboxEntry[]>;
  /** Records outcomes; those of entries that are gone are passed over. */
  settle(outcomes: readonly OutboxOutcome[]): Promise<void>;

  /** Removes up to `limit` refused outbox entries; says how many. */
  pruneRefused(refusedBefore: Instant, limit: number): Promise<number>;
  /**
   * Removes up to `limit` tombstones of completed instances and says how many. Those of a saga that stands still, and
   * of instances with something in the outbox, stay.
   */
  pruneCompleted(completedBefore: Instant, limit: number): Promise<number>;

  /** For operators: every known saga, by name. */
  status(): Promise<SagaStatus[]>;
}
