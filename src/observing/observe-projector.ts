import type { StoredEvent } from '../core/event.js';
import { isAfter } from '../core/position.js';
import type { AnyProjection, MovedProjection, ObservePage } from '../core/projection-store.js';
import { recentTrace } from '../core/traceparent.js';
import { noTracer } from '../core/tracer.js';
import { instantOf, type Observing } from './observing.js';

/** Counts what is written into views, and tells of each event that is traced which views it is in. */
export const observeProjector =
  ({ metrics, tracer }: Observing): ObservePage =>
  (events) => {
    const startedAt = performance.now();
    return (moved) => {
      for (const each of moved) {
        const count = events.reduce((sum, event) => sum + (takes(each, event) ? 1 : 0), 0);
        if (count > 0) metrics.add('events_processed_total', { projection: each.projection.name }, count);
      }
      if (tracer === noTracer) return;
      const now = new Date().toISOString();
      for (const event of events) {
        const parent = recentTrace(event.metadata.traceparent, event.recordedAt, now);
        if (parent === null) continue;
        const views = moved.filter((each) => takes(each, event)).map(({ projection }) => projection.name);
        if (views.length === 0) continue;
        tracer
          .start(`project ${event.type}`, {
            kind: 'consumer',
            parent,
            attributes: { 'mediaflow.projections': views, 'mediaflow.event.id': event.eventId },
            startedAt: instantOf(startedAt),
          })
          ?.end();
      }
    };
  };

const takes = ({ projection, from }: MovedProjection, { type, position }: StoredEvent): boolean =>
  handles(projection, type) && isAfter(position, from);

const handles = ({ on }: AnyProjection, type: string): boolean => Object.hasOwn(on, type);
