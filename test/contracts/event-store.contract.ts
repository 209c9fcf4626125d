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
  /** Ends all connections to the engine, as its restart does; nothing where there are none. */
  cutConnections(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What every event store does, whatever it runs on, and what it does besides where it says so (`promises`). The log may hold
 * other events; each test has its own streams. What an engine has to promise for its adapter to pass:
 *
 * - an append is checked against the expected revision and written as one, and tells `revision` and `position` of its last
 *   event; who expected wrongly is told the `actual` one;
 * - an append made again with the same expected revision is known, also when it is not in the engine's cache; under `any` no
 *   engine has to, but then it says `by-revision`, and commands read the event ids back;
 * - what was appended is read back at once, from any process; a stream that is read on shows whether it is still the one
 *   that was read before;
 * - the log has one order, that of commits: a reader who goes on after the last position it has seen, which is exclusive, misses
 *   nothing. A single position must hold all that the engine needs to go on there (commit and prepare, for EventStoreDB);
 * - a filter that lets nothing through still moves the checkpoint on, and never past an event that is yet to be given;
 * - positions may have gaps, of system events or anything else, and events of the engine's own are never given;
 * - a subscription outlasts lost connections (EventStoreDB's does not resubscribe by itself: the adapter supervises it) and has its
 *   consumer set the pace;
 * - limits of an append are told before and in the refusal.
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

    const open = () => underTest.open();
    appendingBehaviour(() => store, open);
    repeatingBehaviour(promises.idempotency, () => store);
    readingBehaviour(() => store, open);
    subscribingBehaviour(
      () => store,
      open,
      () => underTest.cutConnections(),
    );
  });
}
