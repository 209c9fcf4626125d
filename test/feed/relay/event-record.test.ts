import { expect, test } from 'vitest';
import type { StoredEvent } from '../../../src/core/event.js';
import { eventRecord } from '../../../src/feed/event-record.js';
import { sampleEvent } from '../../contracts/event-store-samples.js';

const event: StoredEvent = {
  ...sampleEvent({ type: 'MediaRegistered' }),
  ...{
    stream: 'media-1-2',
    revision: 3,
    position: '0000000000000007',
    recordedAt: '2026-11-21T09:30:00.000Z',
  },
};
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('a record is a CloudEvent in binary mode, its value what the feed shows', () => {
  const { recordedAt: _, ...shown } = event;
  const record = eventRecord({ ...event, metadata: { ...event.metadata, traceparent } }, 'here');
  expect({ ...record, value: JSON.parse(record.value) }).toEqual({
    ...{ aggregate: 'media', key: 'media-1-2' },
    value: { ...shown, metadata: { ...event.metadata, traceparent } },
    headers: {
      ...{
        ce_specversion: '1.0',
        ce_id: event.eventId,
        ce_type: 'MediaRegistered',
        ce_source: '/here/media',
      },
      ...{ ce_subject: 'media-1-2', ce_time: event.metadata.occurredAt, ce_position: event.position },
      ...{ 'content-type': 'application/json', traceparent },
    },
  });
});

test('an event that no traced request asked for has no traceparent', () => {
  const untraced = { ...event, metadata: { ...event.metadata, traceparent: null } };
  expect(eventRecord(untraced, 'here').headers).not.toHaveProperty('traceparent');
});
