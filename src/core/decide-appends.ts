import { conflict, type MediaFlowError } from './errors.js';
import { type ExpectedRevision, WrongExpectedRevisionError } from './event-store.js';

/** One append of a batch, as far as deciding about it needs. */
export interface AppendRequest {
  readonly stream: string;
  readonly eventIds: readonly string[];
  readonly expectedRevision: ExpectedRevision;
}

/** Where an event is: at a place of the log, or the nth (from 0) event that this batch is about to write. */
export type EventPlace = { readonly place: number } | { readonly batchOffset: number };

/** What a store holds of the streams and event ids that a batch names. */
export interface LogExcerpt {
  /** Revision of each stream's last event; streams without events are absent. */
  readonly revisions: ReadonlyMap<string, number>;
  /** The batch's event ids that are already in the log. */
  readonly events: ReadonlyMap<
    string,
    { readonly stream: string; readonly revision: number; readonly place: number }
  >;
}

export type AppendDecision =
  | { readonly kind: 'write'; readonly firstRevision: number; readonly batchOffset: number }
  /** The same append was made before; this is where its last event is. */
  | { readonly kind: 'repeated'; readonly revision: number; readonly at: EventPlace }
  | { readonly kind: 'rejected'; readonly error: MediaFlowError };

interface KnownEvent {
  readonly stream: string;
  readonly revision: number;
  readonly at: EventPlace;
}

/**
 * What becomes of each append of a batch, in order: every request sees the log as the requests before it leave it.
 * Pure, so that every store answers alike.
 */
export function decideAppends(requests: readonly AppendRequest[], log: LogExcerpt): AppendDecision[] {
  const revisions = new Map(log.revisions);
  const written = new Map<string, KnownEvent>();
  const find = (eventId: string): KnownEvent | undefined => {
    const stored = log.events.get(eventId);
    return stored ? { ...stored, at: { place: stored.place } } : written.get(eventId);
  };

  return requests.map(({ stream, eventIds, expectedRevision }) => {
    const earlier = repetitionOf(stream, eventIds, find);
    if (earlier) return earlier;

    const actual = revisions.get(stream) ?? -1;
    if (!isAsExpected(actual, expectedRevision)) {
      return { kind: 'rejected', error: new WrongExpectedRevisionError(stream, expectedRevision, actual) };
    }
    const batchOffset = written.size;
    for (const [index, eventId] of eventIds.entries()) {
      written.set(eventId, {
        stream,
        revision: actual + 1 + index,
        at: { batchOffset: batchOffset + index },
      });
    }
    revisions.set(stream, actual + eventIds.length);
    return { kind: 'write', firstRevision: actual + 1, batchOffset };
  });
}

/** Undefined when none of the ids is known: the append is new. */
function repetitionOf(
  stream: string,
  eventIds: readonly string[],
  find: (eventId: string) => KnownEvent | undefined,
): AppendDecision | undefined {
  const known = eventIds.map(find);
  const firstKnown = known.findIndex((event) => event !== undefined);
  if (firstKnown < 0) return undefined;

  const first = known[0];
  const last = known.at(-1);
  const isSameAppend = known.every(
    (event, index) => event && first && event.stream === stream && event.revision === first.revision + index,
  );
  if (isSameAppend && last) return { kind: 'repeated', revision: last.revision, at: last.at };
  return {
    kind: 'rejected',
    error: conflict(
      'event_id_reused',
      `Stream ${stream} cannot take an event id that another append has used`,
      { stream, eventId: eventIds[firstKnown] ?? null },
    ),
  };
}

function isAsExpected(actual: number, expected: ExpectedRevision): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'no-stream':
      return actual === -1;
    case 'stream-exists':
      return actual >= 0;
    default:
      return actual === expected;
  }
}
