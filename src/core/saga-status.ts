import type { Position } from './position.js';
import type { Instant } from './time.js';

/** Why a saga or one instance of it stands still. It is tried again with growing pauses. */
export interface SagaFailure {
  /** Event id, or id of the timer. */
  readonly inputId: string;
  /** Null for a timer. */
  readonly position: Position | null;
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: Instant;
}

/** What an operator sees of a saga. The lists hold the 20 latest; the counts tell how many there are. */
export interface SagaStatus {
  readonly saga: string;
  readonly checkpoint: Position;
  /** Why the whole saga stands still: an event that cannot be read or given to an instance. */
  readonly failure: SagaFailure | null;
  readonly instances: { readonly active: number; readonly parked: number; readonly completed: number };
  readonly parked: readonly {
    readonly instance: string;
    readonly failure: SagaFailure;
    readonly retryAt: Instant;
    /** Inputs in its queue, the failed one included. */
    readonly inputs: number;
  }[];
  readonly timers: { readonly waiting: number; readonly nextDueAt: Instant | null };
  readonly outbox: {
    readonly waiting: number;
    readonly refused: number;
    readonly oldestAt: Instant | null;
    /** Tried and failed, to be tried again. */
    readonly postponed: readonly OutboxTrouble[];
    readonly refusals: readonly (OutboxTrouble & { readonly code: string })[];
  };
}

export interface OutboxTrouble {
  readonly id: string;
  readonly instance: string;
  /** See `outputName`. */
  readonly what: string;
  readonly error: string;
  readonly attempts: number;
}
