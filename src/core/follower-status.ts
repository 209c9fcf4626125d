import type { Position } from './position.js';

/** How a consumer of the log stands that is neither a view nor a process. */
export interface FollowerStatus {
  readonly name: string;
  /** Whether it is this process that works; others stand by. */
  readonly isActive: boolean;
  readonly position: Position;
  /** Null where the event store cannot tell. */
  readonly lagEvents: number | null;
  /** It stands where the log does not reach: the log was set back to an earlier moment. */
  readonly isAheadOfLog: boolean;
  /** Why this process came no further when it last had its turn; null once it does, or another has. */
  readonly failure: string | null;
  /** By this process, since it began. */
  readonly handledEvents: number;
}
