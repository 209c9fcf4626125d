import { randomUUID } from 'node:crypto';
import type { EventToAppend, StoredEvent } from '../../src/core/event.js';
import type { AllPage } from '../../src/core/event-store.js';

export const sampleEvent = (changes: Partial<EventToAppend> = {}): EventToAppend => ({
  eventId: randomUUID(),
  type: 'SomethingHappened',
  schemaVersion: 1,
  data: { title: 'Grüße, "世界" \\ 🎬', tags: ['a', null, 1.5, true], nested: { empty: {} } },
  metadata: {
    correlationId: 'correlation',
    commandId: 'command',
    causationId: null,
    actor: 'tester',
    occurredAt: '2026-11-21T09:30:00.000Z',
    tenantId: 'default',
    traceparent: null,
  },
  ...changes,
});

export const sampleEvents = (count: number, changes: Partial<EventToAppend> = {}): EventToAppend[] =>
  Array.from({ length: count }, () => sampleEvent(changes));

export const newStream = (): string => `test-${randomUUID()}`;

/** Takes pages from a subscription until `count` events have come. */
export async function takeEvents(pages: AsyncIterable<AllPage>, count: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of pages) {
    events.push(...page.events);
    if (events.length >= count) break;
  }
  return events;
}

export const idsOf = (events: readonly { readonly eventId: string }[]): string[] =>
  events.map((event) => event.eventId);
