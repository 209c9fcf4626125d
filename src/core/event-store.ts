import { MediaFlowError } from './errors.js';
import type { EventToAppend, StoredEvent } from './event.js';
import type { Position } from './position.js';

/** What the writer believes about the stream: a number is the revision of its last event. */
export type ExpectedRevision = number | 'no-stream' | 'stream-exists' | 'any';

export interface AppendResult {
  /** Position of the last event of this append. */
  readonly position: Position;
  /** Revision of the last event of this append. */
  readonly revision: number;
}

export interface AllFilter {
  /** Only these event types; absent means all. */
  readonly types?: readonly string[];
}

/** A stretch of the log. */
export interface AllPage {
  readonly events: readonly StoredEvent[];
  /**
   * Everything up to here has been looked at, including events the filter left out and what the engine's log holds
   * besides: a safe checkpoint, at which there may be no event.
   */
  readonly position: Position;
}

/** What a store takes in one append. Whoever may have more to append asks, and whoever exceeds it is told. */
export interface AppendLimits {
  readonly events: number;
  /** JSON of one event's data. */
  readonly dataBytes: number;
  /** JSON of all events of the append, data and metadata. */
  readonly appendBytes: number;
}

/**
 * How a store knows an append that was made before.
 *
 * - `by-event-id`: always. No event id is ever stored twice.
 * - `by-revision`: where the writer says which revision it expects, or `no-stream`: then the events are looked for where
 *   they would be. Under `any` and `stream-exists` the store has a cache at best, as EventStoreDB does: what has left it is
 *   stored a second time. Whoever may repeat an append there has to look into the stream first.
 */
export type AppendIdempotency = 'by-event-id' | 'by-revision';

/**
 * The port to the truth. Order of positions is order of commits: once a reader has seen a position, no event at or below it
 * ever appears. Between the positions of two events there may be others, of what the engine keeps for itself (EventStoreDB's
 * system events): nobody may count with them but the store.
 */
export interface EventStore {
  readonly appendLimits: AppendLimits;

  readonly idempotency: AppendIdempotency;

  /**
   * Appends at least one event, within `appendLimits`, as one unit, or nothing. The same append again, expecting the same
   * revision or `no-stream`, gives the first result again, however long ago that was; what holds for other repeats says
   * `idempotency`.
   *
   * Throws {@link WrongExpectedRevisionError}, or `unavailable` when the outcome is unknown: it may be repeated as far as
   * `idempotency` says. What is beyond a limit is refused as `append_too_large` or `event_too_large`, with the limit in the
   * details. An event id that is known and was used in another way is refused as `event_id_reused`.
   */
  append(
    stream: string,
    events: readonly EventToAppend[],
    expectedRevision: ExpectedRevision,
  ): Promise<AppendResult>;

  /** Events of one stream in order, from `fromRevision` (default 0); empty when there is no such stream. */
  readStream(stream: string, options?: { fromRevision?: number; limit?: number }): Promise<StoredEvent[]>;

  /**
   * What came in a stream after an event that was read of it earlier; undefined where that is not in its place, because the
   * store was set back to a backup since.
   */
  readStreamAfter(
    stream: string,
    last: Pick<StoredEvent, 'eventId' | 'revision'>,
  ): Promise<StoredEvent[] | undefined>;

  /** At most `limit` events after a position, in log order. */
  readAll(options: { after: Position; filter?: AllFilter; limit: number }): Promise<AllPage>;

  /**
   * The log as it grows, in pages, from `after` until the signal fires. The consumer sets the pace: nothing is
   * read ahead of it by more than a page. Connection losses are waited out inside.
   */
  subscribeAll(options: {
    after: Position;
    filter?: AllFilter;
    /** Events a page at most (default 500). */
    limit?: number;
    signal: AbortSignal;
  }): AsyncIterable<AllPage>;

  /** The event at a position; undefined at START and where the log has none. */
  eventAt(position: Position): Promise<StoredEvent | undefined>;

  /**
   * Where the log ends: no event and no position that a page has told lies after it. START when empty. It is the position
   * of the last event in a store whose log holds nothing else.
   */
  head(): Promise<Position>;

  /** How many events lie after one position, up to another; absent where positions do not tell without counting. */
  eventsBetween?(after: Position, upTo: Position): number;

  close(): Promise<void>;
}

/** Appends that were written in one transaction; one alone in a store that knows no groups. */
export interface GroupCommit {
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly appends: readonly {
    readonly stream: string;
    /** Of its events; null where there is no group to be traced. */
    readonly traceparent: string | null;
    readonly events: readonly { readonly type: string }[];
    /** Not so where it was refused, or had been written before. */
    readonly isWritten: boolean;
  }[];
}

/** Somebody else appended first, or the stream is not in the state the writer believed. */
export class WrongExpectedRevisionError extends MediaFlowError {
  override readonly name = 'WrongExpectedRevisionError';

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** Revision of the stream's last event, -1 when there is none. */
    readonly actual: number,
  ) {
    super(
      'conflict',
      'wrong_expected_revision',
      `Stream ${stream} is at revision ${actual}, expected ${expected}`,
      {
        stream,
        expected,
        actual,
      },
    );
  }
}
