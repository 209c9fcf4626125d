import type { StoredEvent } from '../core/event.js';
import type { EventRecord } from '../core/event-publisher.js';
import { shown } from './shown-event.js';

/**
 * An event as a record: its value is what the feed shows of it, its headers are those of a CloudEvent in the binary mode of the Kafka
 * binding (CloudEvents 1.0.2, "Kafka Protocol Binding"), with the place in the log as the extension `position`. Within a
 * key positions only grow, so whoever keeps the last one tells a repeat by it. `installation` says whose event it is.
 */
export function eventRecord(event: StoredEvent, installation: string): EventRecord {
  const { stream, eventId, type, position, metadata } = event;
  const aggregate = stream.slice(0, stream.indexOf('-'));
  return {
    aggregate,
    key: stream,
    value: JSON.stringify(shown(event)),
    headers: {
      ce_specversion: '1.0',
      ce_id: eventId,
      ce_type: type,
      ce_source: `/${installation}/${aggregate}`,
      ce_subject: stream,
      ce_time: metadata.occurredAt,
      ce_position: position,
      'content-type': 'application/json',
      ...(metadata.traceparent === null ? {} : { traceparent: metadata.traceparent }),
    },
  };
}
