import { afterAll, beforeAll, describe } from 'vitest';
import type { AppendIdempotency, EventStore } from '../../src/core/event-store.js';
import { appendingBehaviour } from './event-store-appending.js';
import { readingBehaviour } from './event-store-reading.js';
import { repeatingBehaviour } from './event-store-repeating.js';
import { subscribingBehaviour } from './event-store-subscribing.js';

/** Opens another store on the same log, as another process would. */
export type OpenEventStore = () => Promise<EventStore>;

export interface EventStoreUnderTest {
  readonly open: OpenEventStore;
  stop(): Promise<void>;
}

/**
 * What every event store does, whatever it runs on, and what it does besides where it says so. The log may hold other
 * events; each test has its own streams.
 */
export function eventStoreContract(
  name: string,
  promises: { readonly idempotency: AppendIdempotency },
  start: () => Promise<EventStoreUnderTest>,
): void {
  describe(`${name} event store`, () => {
    let underTest: EventStoreUnderTest;
    let store: EventStore;
    beforeAll(async () => {
      underTest = await start();
      store = await underTest.open();
    });
    afterAll(async () => {
      await store?.close();
      await underTest?.stop();
    });

    appendingBehaviour(() => store);
    repeatingBehaviour(promises.idempotency, () => store);
    readingBehaviour(() => store);
    subscribingBehaviour(
      () => store,
      () => underTest.open(),
    );
  });
}
