import { conflict, invalid } from '../core/errors.js';
import type { StoredEvent } from '../core/event.js';
import type { EventStore } from '../core/event-store.js';
import { deriveId } from '../core/ids.js';
import { isAfter, type Position, START } from '../core/position.js';

/** A position, and for a reader that goes on after it a mark of the event it has read there. */
export const CURSOR = /^([0-9A-Za-z]{0,64})(?:-([0-9a-f]{8}))?$/;

/**
 * A log restored from a backup gives its lost positions out again, to other events. When an event was recorded is part
 * of the mark, so that a command sent again after the restore is told from the one that was lost.
 */
export const cursorOf = ({ position, eventId, recordedAt }: StoredEvent): string =>
  `${position}-${deriveId(eventId, recordedAt).slice(0, 8)}`;

/** The cursor that stands at a position of this log. */
export async function cursorAt(store: Pick<EventStore, 'eventAt'>, position: Position): Promise<string> {
  const event = await store.eventAt(position);
  return event ? cursorOf(event) : position;
}

/**
 * The position to go on after. Throws invalid `invalid_position`; conflict `position_ahead_of_log` or `event_not_in_log`
 * when this log does not hold what the reader has read, who would otherwise miss in silence what stands there now.
 */
export async function placeIn(
  store: Pick<EventStore, 'eventAt' | 'head'>,
  cursor: string,
): Promise<Position> {
  const [, position, mark] = CURSOR.exec(cursor) ?? [];
  if (position === undefined) throw invalid('invalid_position', 'This is not a position in the event log');
  if (cursor === START) return START;
  const event = await store.eventAt(position);
  if (event && (mark === undefined || cursorOf(event) === cursor)) return position;
  const head = await store.head();
  // A page may end where the engine keeps something of its own: no event can have been lost there.
  if (!event && mark === undefined && !isAfter(position, head)) return position;
  throw isAfter(position, head)
    ? conflict('position_ahead_of_log', `The log ends before this position, ${RESTORED}`, {
        after: cursor,
        head,
      })
    : conflict('event_not_in_log', `Another event stands at this position, ${RESTORED}`, {
        after: cursor,
        head,
      });
}

const RESTORED =
  'so it was restored from a backup: begin again at a position read before that backup was made.';
