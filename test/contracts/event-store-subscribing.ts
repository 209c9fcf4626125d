import { describe, expect, test } from 'vitest';
import type { AllPage, EventStore } from '../../src/core/event-store.js';
import { isAfter } from '../../src/core/position.js';
import { idsOf, newStream, sampleEvent, sampleEvents, takeEvents } from './event-store-samples.js';

export function subscribingBehaviour(
  store: () => EventStore,
  open: () => Promise<EventStore>,
  cutConnections: () => Promise<void>,
): void {
  describe('subscribing', () => {
    const forever = () => new AbortController().signal;

    test('gives what is there and then what comes', async () => {
      const after = await store().head();
      const events = sampleEvents(6);
      await store().append(newStream(), events.slice(0, 3), 'no-stream');
      const taken = takeEvents(store().subscribeAll({ after, limit: 2, signal: forever() }), 6);
      for (const event of events.slice(3)) await store().append(newStream(), [event], 'no-stream');
      expect(idsOf(await taken)).toEqual(idsOf(events));
    });

    test('is woken by what another process appends', async () => {
      const other = await open();
      const after = await store().head();
      const event = sampleEvent();
      const taken = takeEvents(store().subscribeAll({ after, signal: forever() }), 1);
      await other.append(newStream(), [event], 'no-stream');
      expect(idsOf(await taken)).toEqual([event.eventId]);
      await other.close();
    });

    test('with a filter moves on past events it leaves out', async () => {
      const after = await store().head();
      const noise = await store().append(newStream(), sampleEvents(3, { type: 'Noise' }), 'no-stream');
      const pages = store().subscribeAll({ after, filter: { types: ['Wanted'] }, signal: forever() });
      const first = await nextPage(pages);
      expect(first?.events).toEqual([]);
      expect(first && isAfter(noise.position, first.position)).toBe(false);
    });

    test('goes at the pace of its consumer, with a page at most in its hands', async () => {
      const after = await store().head();
      const stream = newStream();
      await store().append(stream, sampleEvents(5), 'no-stream');
      const pages = store().subscribeAll({ after, limit: 2, signal: forever() })[Symbol.asyncIterator]();
      const first = await pages.next();
      await store().append(stream, sampleEvents(5), 4);
      const sizes = [first.value?.events.length];
      const revisions = first.value?.events.map((event: { revision: number }) => event.revision) ?? [];
      while (revisions.length < 10) {
        const { value } = await pages.next();
        sizes.push(value?.events.length);
        revisions.push(...(value?.events.map((event: { revision: number }) => event.revision) ?? []));
      }
      expect(sizes).toEqual([2, 2, 2, 2, 2]);
      expect(revisions).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await pages.return?.();
    });

    test('serves many at once, each the whole log', async () => {
      const after = await store().head();
      const events = sampleEvents(40);
      const readers = Array.from({ length: 12 }, () =>
        takeEvents(store().subscribeAll({ after, signal: forever() }), 40),
      );
      await Promise.all(events.map((event) => store().append(newStream(), [event], 'no-stream')));
      const seen = await Promise.all(readers);
      const log = idsOf((await store().readAll({ after, limit: 100 })).events);
      expect([...log].sort()).toEqual(idsOf(events).sort());
      for (const reader of seen) expect(idsOf(reader)).toEqual(log);
    });

    test('goes on where it was when its connections are lost, and so do appends', async () => {
      const after = await store().head();
      const events = sampleEvents(6);
      const taken = takeEvents(store().subscribeAll({ after, limit: 2, signal: forever() }), events.length);
      for (const event of events) {
        await store().append(newStream(), [event], 'no-stream');
        await cutConnections();
      }
      expect(idsOf(await taken)).toEqual(idsOf(events));
    });

    test('ends when its signal fires, while waiting or before', async () => {
      const abort = new AbortController();
      const after = await store().head();
      const waiting = takeEvents(store().subscribeAll({ after, signal: abort.signal }), 1);
      abort.abort();
      expect(await waiting).toEqual([]);
      expect(await takeEvents(store().subscribeAll({ after: '', signal: abort.signal }), 1)).toEqual([]);
    });
  });

  describe('closing', () => {
    test('ends subscriptions, finishes appends under way and refuses new ones', async () => {
      const closed = await open();
      const stream = newStream();
      const after = await closed.head();
      const reading = takeEvents(
        closed.subscribeAll({ after, filter: { types: ['Unheard'] }, signal: new AbortController().signal }),
        1,
      );
      const appending = closed.append(stream, [sampleEvent()], 'no-stream');
      await closed.close();
      expect(await appending).toMatchObject({ revision: 0 });
      expect(await reading).toEqual([]);
      await expect(closed.append(stream, [sampleEvent()], 'any')).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'event_store_closed',
      });
      expect(await store().readStream(stream)).toHaveLength(1);
    });
  });
}

async function nextPage(pages: AsyncIterable<AllPage>): Promise<AllPage | undefined> {
  for await (const page of pages) return page;
  return undefined;
}
