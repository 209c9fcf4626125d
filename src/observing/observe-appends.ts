import type { EventToAppend } from '../core/event.js';
import { type EventStore, type GroupCommit, WrongExpectedRevisionError } from '../core/event-store.js';
import { errorTypeOf, type Span } from '../core/tracer.js';
import { instantOf, type Observing, secondsSince } from './observing.js';

export interface AppendObserver {
  observe(store: EventStore): EventStore;
  /** To be told by the store. */
  committed(commit: GroupCommit): void;
}

/**
 * Appends, each with a span that what comes of its events belongs to. A group commit is a span of the first append in it
 * that is traced; the others link to it, and it to them.
 */
export function createAppendObserver(
  { metrics, tracer }: Observing,
  { system }: { readonly system: string },
): AppendObserver {
  const underWay = new Map<string, Span>();

  function counted(events: readonly { readonly type: string }[]): void {
    for (const { type } of events) metrics.add('events_appended_total', { type });
  }

  return {
    observe: (store) => ({
      ...store,
      async append(stream, events, expectedRevision) {
        const startedAt = performance.now();
        const span = tracer.start('append', {
          kind: 'client',
          parent: events[0]?.metadata.traceparent ?? null,
          attributes: {
            ...{ 'db.system.name': system, 'db.operation.name': 'append', 'db.collection.name': 'events' },
            ...{ 'mediaflow.stream': stream, 'mediaflow.event.types': events.map(({ type }) => type) },
          },
        });
        if (span) underWay.set(span.traceparent, span);
        const ended = (outcome: 'done' | 'conflict' | 'failed') =>
          metrics.observe(
            'append_duration_seconds',
            { outcome },
            secondsSince(startedAt),
            span?.traceparent ?? null,
          );
        try {
          const appended = span ? events.map((event) => within(event, span)) : events;
          const result = await store.append(stream, appended, expectedRevision);
          ended('done');
          return result;
        } catch (error) {
          const isConflict = error instanceof WrongExpectedRevisionError;
          ended(isConflict ? 'conflict' : 'failed');
          // It is decided anew, as a rule to good effect.
          if (isConflict) span?.set({ 'mediaflow.append.conflict': true });
          else span?.fail(errorTypeOf(error));
          throw error;
        } finally {
          if (span) underWay.delete(span.traceparent);
          span?.end();
        }
      },
    }),

    committed({ startedAt, appends }) {
      for (const { events, isWritten } of appends) if (isWritten) counted(events);
      const spans = appends.flatMap(({ traceparent }) => underWay.get(traceparent ?? '') ?? []);
      const [first, ...others] = spans;
      if (!first) return;
      const commit = tracer.start('group commit', {
        kind: 'client',
        parent: first.traceparent,
        links: others.map(({ traceparent }) => traceparent),
        attributes: {
          ...{
            'db.system.name': system,
            'db.operation.name': 'append_to_log',
            'db.collection.name': 'events',
          },
          'db.operation.batch.size': appends.length,
        },
        startedAt: instantOf(startedAt),
      });
      if (commit) for (const span of others) span.link(commit.traceparent);
      commit?.end();
    },
  };
}

const within = (event: EventToAppend, { traceparent }: Span): EventToAppend => ({
  ...event,
  metadata: { ...event.metadata, traceparent },
});
