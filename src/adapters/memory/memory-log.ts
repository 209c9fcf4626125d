import { decideAppends, type LogExcerpt } from '../../core/decide-appends.js';
import type { StoredEvent } from '../../core/event.js';
import type { AppendLimits, AppendResult } from '../../core/event-store.js';
import { placeOf, positionAt } from '../../core/numbered-position.js';
import { type Position, START } from '../../core/position.js';
import type { PreparedAppend } from '../../core/prepare-append.js';

/** The engine that is played, as far as engines differ. */
export interface MemoryEngine {
  readonly appendLimits: AppendLimits;
  /**
   * Of so many events, the last ones of the log, the ids are known whatever a writer expects: all (default), or a cache as
   * EventStoreDB has it. Of the others an id is known only where the expectation says that it would be.
   */
  readonly remembers: number;
  /**
   * How many records of its own the engine writes after each event, with positions as events have them, none by default.
   * Readers pass them without seeing them.
   */
  readonly systemRecords: number;
}

/** What stores that are opened on the same log share. */
export interface MemoryLog {
  readonly engine: MemoryEngine;
  readonly events: StoredEvent[];
  readonly streams: Map<string, StoredEvent[]>;
  readonly remembered: Map<string, StoredEvent>;
  /** Called when the log has grown. */
  readonly waiting: Set<() => void>;
}

export const createMemoryLog = (engine: Partial<MemoryEngine> = {}): MemoryLog => ({
  engine: {
    appendLimits: { events: 1_000, dataBytes: 1_048_576, appendBytes: 16_777_216 },
    remembers: Number.POSITIVE_INFINITY,
    systemRecords: 0,
    ...engine,
  },
  events: [],
  streams: new Map(),
  remembered: new Map(),
  waiting: new Set(),
});

/** What the nth event (from 1) and the records that follow it take up of the log. */
const placesOf = ({ engine }: MemoryLog, nth: number) => {
  const first = (nth - 1) * (engine.systemRecords + 1) + 1;
  return { first, last: first + engine.systemRecords };
};

/** How many events stand at a position or before it. Throws `invalid_position`. */
export const eventsUpTo = ({ engine }: MemoryLog, position: Position): number =>
  Math.ceil(placeOf(position) / (engine.systemRecords + 1));

/** Where the log ends. */
export const endOf = (log: MemoryLog): Position =>
  log.events.length === 0 ? START : positionAt(placesOf(log, log.events.length).last);

/** Throws what the port says of an append. */
export function appendTo(log: MemoryLog, append: PreparedAppend): AppendResult {
  const [decision] = decideAppends([append], excerptFor(log, append));
  if (decision?.kind === 'rejected') throw decision.error;
  if (decision?.kind !== 'repeated') {
    const recordedAt = new Date().toISOString();
    for (const event of append.events) write(log, append.stream, event, recordedAt);
    for (const wake of log.waiting) wake();
  }
  const own = log.streams.get(append.stream) ?? [];
  const { position, revision } = own.at(
    decision?.kind === 'repeated' ? decision.revision : -1,
  ) as StoredEvent;
  return { position, revision };
}

function excerptFor(log: MemoryLog, { stream, eventIds, expectedRevision }: PreparedAppend): LogExcerpt {
  const own = log.streams.get(stream) ?? [];
  const first =
    expectedRevision === 'no-stream' ? 0 : typeof expectedRevision === 'number' ? expectedRevision + 1 : null;
  const known = eventIds.flatMap((eventId, index) => {
    const inPlace = first === null ? undefined : own[first + index];
    const event = log.remembered.get(eventId) ?? (inPlace?.eventId === eventId ? inPlace : undefined);
    return event ? [[eventId, { ...event, place: placeOf(event.position) }] as const] : [];
  });
  return {
    revisions: new Map(own.length > 0 ? [[stream, own.length - 1]] : []),
    events: new Map(known),
  };
}

function write(log: MemoryLog, stream: string, event: PreparedAppend['events'][number], recordedAt: string) {
  const own = log.streams.get(stream) ?? [];
  const stored: StoredEvent = {
    ...event,
    data: JSON.parse(event.data),
    metadata: JSON.parse(event.metadata),
    stream,
    revision: own.length,
    position: positionAt(placesOf(log, log.events.length + 1).first),
    recordedAt,
  };
  own.push(stored);
  log.streams.set(stream, own);
  log.events.push(stored);
  log.remembered.set(stored.eventId, stored);
  const forgotten = log.events[log.events.length - 1 - log.engine.remembers];
  if (forgotten) log.remembered.delete(forgotten.eventId);
}
