import type { EventPublisher, EventRecord } from '../core/event-publisher.js';
import { recentTrace } from '../core/traceparent.js';
import { inSpans, type Span, type Tracer } from '../core/tracer.js';
import type { Observing } from './observing.js';

/** A publisher whose records carry, as `traceparent`, the span of their being sent. */
export function observePublisher(
  publisher: EventPublisher,
  { metrics, tracer }: Observing,
  names: {
    readonly follower: string;
    readonly system: string;
    topicOf(aggregate: string): string;
  },
): EventPublisher {
  return {
    ...publisher,
    async open() {
      const opened = await publisher.open();
      return {
        ...opened,
        async publish(records) {
          const spans: Span[] = [];
          const now = new Date().toISOString();
          const traced = records.map((record) => {
            const span = startSpan(tracer, record, now, names);
            if (!span) return record;
            spans.push(span);
            return { ...record, headers: { ...record.headers, traceparent: span.traceparent } };
          });
          await inSpans(spans, () => opened.publish(traced));
          metrics.add('follower_events_total', { follower: names.follower }, records.length);
        },
      };
    },
  };
}

function startSpan(
  tracer: Tracer,
  { aggregate, key, headers }: EventRecord,
  now: string,
  { system, topicOf }: { readonly system: string; topicOf(aggregate: string): string },
): Span | undefined {
  const parent = recentTrace(headers.traceparent ?? null, headers.ce_time ?? now, now);
  if (parent === null) return undefined;
  const topic = topicOf(aggregate);
  return tracer.start(`send ${topic}`, {
    kind: 'producer',
    parent,
    attributes: {
      ...{ 'messaging.system': system, 'messaging.destination.name': topic },
      ...{ 'messaging.operation.name': 'send', 'messaging.operation.type': 'send' },
      ...{ 'messaging.message.id': headers.ce_id ?? '', 'messaging.kafka.message.key': key },
      'mediaflow.event.type': headers.ce_type ?? '',
    },
  });
}
