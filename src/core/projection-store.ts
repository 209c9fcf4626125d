import type { StoredEvent } from './event.js';
import type { Position } from './position.js';
import type { Row, RowOperation } from './projection.js';
import type { Instant } from './time.js';

/** A projection whose event types no longer matter: what a list of projections is made of. */
export interface AnyProjection {
  readonly name: string;
  readonly version: number;
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly on: Readonly<Record<string, ((event: never) => RowOperation[]) | undefined>>;
}

/**
 * What a batch does to one table, at most one entry a key in each list. To be written in the order of the fields;
 * every row carries its whole key beside its other columns.
 */
export interface TableChanges {
  readonly table: string;
  readonly keyColumns: readonly string[];
  /** Keys, or parts of keys that stand for all rows sharing them. */
  readonly removals: readonly Row[];
  /** Whole rows: columns left out take their defaults. */
  readonly puts: readonly Row[];
  /** Columns of rows that may exist. */
  readonly patches: readonly Row[];
  /** Amounts to add, null counting as 0; a missing row is created with them. */
  readonly increments: readonly Row[];
  /** Columns of rows that exist by now, set after the increments. */
  readonly overwrites: readonly Row[];
  /** Columns of rows that may exist, set where column `by` is null or not after the one in `row`. */
  readonly newerPatches: readonly { readonly by: string; readonly row: Row }[];
}

export interface ProjectionCheckpoint {
  readonly name: string;
  /** The version whose rows the live tables hold. */
  readonly version: number;
  /** Every event up to here is in the rows. */
  readonly position: Position;
  /** How often the rows have been replaced by those of a rebuild. */
  readonly rebuilds: number;
}

/** One projection's share of a batch. */
export interface ProjectionAdvance {
  readonly name: string;
  readonly version: number;
  /** The checkpoint the changes were made for: when the stored one differs, they are not applied. */
  readonly from: Position;
  readonly changes: readonly TableChanges[];
}

/** The event a projection could not get past, and why. */
export interface ProjectionFailure {
  readonly eventId: string;
  readonly eventType: string;
  readonly position: Position;
  readonly message: string;
  readonly failedAt: Instant;
  /** How often this event has been tried, from 1. */
  readonly attempts: number;
}

/** Where views and their checkpoints live. Throws `unavailable` when the outcome is unknown: reload and go on. */
export interface ProjectionStore {
  /** The checkpoints of these projections; one that is not known yet begins at START with its own version. */
  load(
    projections: readonly { readonly name: string; readonly version: number }[],
  ): Promise<ProjectionCheckpoint[]>;

  /**
   * Writes the changes and moves the checkpoints on to `to`, in one transaction. Gives the names that moved: the
   * others stood elsewhere or have another version by now, and nothing of theirs was written. Clears failures.
   */
  advance(
    advances: readonly ProjectionAdvance[],
    to: Position,
    options?: { readonly catchingUp?: boolean },
  ): Promise<ReadonlySet<string>>;

  /** Shown in the status until the projection moves again. */
  recordFailure(
    projection: { readonly name: string; readonly version: number },
    failure: ProjectionFailure,
  ): Promise<void>;

  /**
   * Opens the one rebuild this projection can have, on fresh tables or (`resume`) on those a cancelled one left,
   * when they still fit. Throws conflict `rebuild_running`, `projection_newer`.
   */
  openRebuild(projection: AnyProjection, options: { readonly resume: boolean }): Promise<RebuildSession>;

  /** Throws away what a cancelled rebuild left; nothing happens when there is none. Throws `rebuild_running`. */
  discardRebuild(name: string): Promise<void>;
}

/** A rebuild's own tables and checkpoint, held by one process until closed. */
export interface RebuildSession {
  readonly position: Position;
  /** Events applied so far, earlier runs included. */
  readonly eventsApplied: number;
  advance(step: {
    readonly from: Position;
    readonly to: Position;
    readonly changes: readonly TableChanges[];
    readonly progress: Pick<RebuildProgress, 'head' | 'eventsApplied' | 'eventsPerSecond' | 'etaSeconds'>;
  }): Promise<void>;
  /** Makes the new tables ready to be queried, and counts rows on both sides. */
  prepareSwap(): Promise<RowCounts[]>;
  /** Keeps the reason with the rebuild, for its status. */
  recordFailure(message: string): Promise<void>;
  /**
   * Puts the new tables and their checkpoint in the place of the live ones in one transaction, or changes nothing:
   * `behind` when the live view has seen more events, `busy` when its tables are in use right now.
   */
  swap(): Promise<'swapped' | 'behind' | 'busy'>;
  /** Lets go; what is there can be resumed. */
  close(): Promise<void>;
}

export interface RowCounts {
  readonly table: string;
  readonly live: number;
  readonly rebuilt: number;
}

export interface RebuildProgress {
  /** Whether a process is working on it; otherwise it waits to be resumed or thrown away. */
  readonly active: boolean;
  readonly version: number;
  readonly position: Position;
  readonly head: Position;
  /** How much of the log is in the new rows, 0 to 1; null when the store cannot tell. */
  readonly fraction: number | null;
  readonly eventsApplied: number;
  readonly eventsPerSecond: number;
  /** Null while it cannot be told. */
  readonly etaSeconds: number | null;
  readonly startedAt: Instant;
  /** Why it stopped, when it did. */
  readonly message: string | null;
}

export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly status: 'live' | 'catching_up' | 'rebuilding' | 'failed';
  readonly position: Position;
  /** Last position of the log. */
  readonly head: Position;
  /** Events between the two, null when the store cannot tell cheaply. */
  readonly lagEvents: number | null;
  readonly failure: ProjectionFailure | null;
  readonly rebuild: RebuildProgress | null;
  readonly updatedAt: Instant;
}

/** What `GET /v1/projections` shows, in order of name. */
export type ListProjectionStatuses = () => Promise<ProjectionStatus[]>;

/** A view that has taken up the events of a page after `from`. */
export interface MovedProjection {
  readonly projection: AnyProjection;
  readonly from: Position;
}

/** Told of a page that is being taken up, and then, perhaps several times, of views that have. */
export type ObservePage = (events: readonly StoredEvent[]) => (moved: readonly MovedProjection[]) => void;

/** Lets a reader see its own writes. */
export interface PositionWaiter {
  /**
   * Resolves once all these views have passed `position`; at once, without I/O, when that is known already.
   * Throws unavailable `view_behind` after `timeoutMilliseconds` (default 5000). At once: `view_failed` when one of them
   * stands still at an event it cannot get past, `view_rebuilding` when one stands still for longer than that because a
   * newer version of it is being filled; `details` then have `percent` and `retryAfterSeconds`.
   */
  waitFor(
    projections: readonly string[],
    position: Position,
    options?: { readonly timeoutMilliseconds?: number; readonly signal?: AbortSignal },
  ): Promise<void>;
}

/** Told by a projector about every step it makes. */
export type AdvanceListener = (names: readonly string[], position: Position) => void;
