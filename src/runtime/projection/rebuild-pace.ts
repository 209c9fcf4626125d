import type { EventStore } from '../../core/event-store.js';
import { isAfter, latest, type Position } from '../../core/position.js';
import type { RebuildProgress } from '../../core/projection-store.js';

export interface Pace {
  /** Counts events in, and says how the rebuild stands after them. */
  (
    events: number,
    position: Position,
  ): Promise<Pick<RebuildProgress, 'head' | 'eventsApplied' | 'eventsPerSecond' | 'etaSeconds'>>;
  eventsApplied(): number;
  seconds(): number;
}

/** How often the head of the log is asked for: it is only shown. */
const HEAD_MILLISECONDS = 1000;

/** Counts what a rebuild gets done. */
export function createPace(store: Pick<EventStore, 'head' | 'eventsBetween'>, eventsBefore: number): Pace {
  const startedAt = performance.now();
  let applied = 0;
  let start: Position | undefined;
  let head: Position | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  const seconds = () => (performance.now() - startedAt) / 1000;

  async function pace(events: number, position: Position) {
    applied += events;
    start ??= position;
    if (performance.now() - askedAt > HEAD_MILLISECONDS) {
      head = await store.head();
      askedAt = performance.now();
    }
    head = latest(head ?? position, position);
    // The log may hold events of other types in between: what counts is how fast its stretches go by.
    const done = store.eventsBetween?.(start, position);
    const left = isAfter(head, position) ? store.eventsBetween?.(position, head) : 0;
    return {
      head,
      eventsApplied: eventsBefore + applied,
      eventsPerSecond: applied / Math.max(seconds(), 0.001),
      etaSeconds: left === 0 ? 0 : done && left ? (left / done) * seconds() : null,
    };
  }
  return Object.assign(pace, { eventsApplied: () => eventsBefore + applied, seconds });
}
