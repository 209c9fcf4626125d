import type { RecordedEvent, StoredEvent } from '../../core/event.js';
import { isAfter, type Position } from '../../core/position.js';
import type { AnyProjection, TableChanges } from '../../core/projection-store.js';
import { createFold, type Fold } from './fold-row-operations.js';

export type Decode = (stored: StoredEvent) => RecordedEvent;

export const eventTypesOf = (projections: readonly AnyProjection[]): string[] => [
  ...new Set(projections.flatMap((projection) => Object.keys(projection.on))),
];

/** Decodes an event once, however many projections look at it. What it throws, it throws again. */
export function decodeOnce(decode: Decode): Decode {
  const decoded = new Map<StoredEvent, () => RecordedEvent>();
  return (stored) => {
    let outcome = decoded.get(stored);
    if (!outcome) {
      outcome = outcomeOf(() => decode(stored));
      decoded.set(stored, outcome);
    }
    return outcome();
  };
}

function outcomeOf<T>(work: () => T): () => T {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** What the events after a position do to a projection's tables. Throws what decoding or the handler throws. */
export function projectEvents(
  projection: AnyProjection,
  events: readonly StoredEvent[],
  after: Position,
  decode: Decode,
): TableChanges[] {
  const fold = createFold(projection.tables);
  foldEvents(fold, projection, events, after, decode);
  return fold.changes();
}

/** The same, added to what events before them do. */
export function foldEvents(
  fold: Fold,
  projection: AnyProjection,
  events: readonly StoredEvent[],
  after: Position,
  decode: Decode,
): void {
  for (const stored of events) {
    const handler = Object.hasOwn(projection.on, stored.type) ? projection.on[stored.type] : undefined;
    if (!handler || !isAfter(stored.position, after)) continue;
    // The handler was found by the event's type, which is more than the compiler can follow.
    for (const operation of handler(decode(stored) as never)) fold.add(operation);
  }
}
