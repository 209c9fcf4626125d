import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/core/event.js';
import type { EventStore } from '../../src/core/event-store.js';
import { isAfter, START } from '../../src/core/position.js';
import { idsOf, newStream, sampleEvent, sampleEvents } from './event-store-samples.js';

export function readingBehaviour(store: () => EventStore, open: () => Promise<EventStore>): void {
  describe('reading a stream', () => {
    test('gives a part of it, and nothing where there is nothing', async () => {
      const stream = newStream();
      const events = sampleEvents(5);
      await store().append(stream, events, 'no-stream');
      const read = async (range: { fromRevision?: number; limit?: number }) =>
        idsOf(await store().readStream(stream, range));
      expect(await read({ fromRevision: 3 })).toEqual(idsOf(events.slice(3)));
      expect(await read({ fromRevision: 1, limit: 2 })).toEqual(idsOf(events.slice(1, 3)));
      expect(await read({ fromRevision: 5 })).toEqual([]);
      expect(await store().readStream(newStream())).toEqual([]);
    });

    test('goes on after an event that was read of it, as whole as from the beginning', async () => {
      const stream = newStream();
      await store().append(stream, sampleEvents(2), 'no-stream');
      const [first, second] = await store().readStream(stream);
      if (!first || !second) throw new Error('Two events were appended');
      expect(await store().readStreamAfter(stream, first)).toEqual([second]);
      expect(await store().readStreamAfter(stream, second)).toEqual([]);
      await (await open()).append(stream, sampleEvents(2), 1);
      expect(await store().readStreamAfter(stream, second)).toEqual(
        (await store().readStream(stream)).slice(2),
      );
    });

    test('does not go on after an event that is not in its place', async () => {
      const stream = newStream();
      await store().append(stream, sampleEvents(2), 'no-stream');
      const [first, second] = await store().readStream(stream);
      if (!first || !second) throw new Error('Two events were appended');
      const { eventId } = sampleEvent();
      for (const last of [
        { eventId, revision: 0 },
        { eventId, revision: 1 },
        { eventId: second.eventId, revision: 2 },
      ])
        expect(await store().readStreamAfter(stream, last)).toBeUndefined();
      expect(await store().readStreamAfter(newStream(), first)).toBeUndefined();
    });
  });

  describe('reading the log', () => {
    test('goes through it page by page, in the order of appending', async () => {
      let after = await store().head();
      const events = sampleEvents(7);
      for (const event of events) await store().append(newStream(), [event], 'no-stream');
      const seen: string[] = [];
      const sizes: number[] = [];
      for (let page = await store().readAll({ after, limit: 3 }); page.events.length > 0; ) {
        seen.push(...idsOf(page.events));
        sizes.push(page.events.length);
        after = page.position;
        page = await store().readAll({ after, limit: 3 });
      }
      expect(seen).toEqual(idsOf(events));
      expect(sizes).toEqual([3, 3, 1]);
    });

    test('while several processes append misses nothing by going on after the last position seen', async () => {
      const writers = await Promise.all([open(), open(), open()]);
      const events = sampleEvents(120);
      let after = await store().head();
      const seen: StoredEvent[] = [];
      const writing = Promise.all(
        events.map((event, index) => writers[index % 3]?.append(newStream(), [event], 'no-stream')),
      );
      while (seen.length < events.length) {
        const page = await store().readAll({ after, limit: 7 });
        expect(isAfter(after, page.position)).toBe(false);
        seen.push(...page.events);
        after = page.position;
      }
      await writing;
      expect(idsOf(seen).toSorted()).toEqual(idsOf(events).toSorted());
      const positions = seen.map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted());
      await Promise.all(writers.map((writer) => writer.close()));
    });

    test('positions sort as the log does, and an event is after the one before it', async () => {
      const { events } = await store().readAll({ after: START, limit: 1_000 });
      const positions = events.map((event) => event.position);
      expect(positions).toEqual([...new Set(positions)].sort());
      expect(new Set(positions.map((position) => position.length)).size).toBe(1);
      const [first, second] = events;
      const page = await store().readAll({ after: first?.position ?? '', limit: 1 });
      expect(page).toEqual({ events: [second], position: second?.position });
    });

    test('with a filter gives these types in log order, and tells how far it has looked', async () => {
      const after = await store().head();
      const stream = newStream();
      const types = ['Wanted', 'Noise', 'AlsoWanted', 'Noise', 'Wanted', 'Noise'];
      await store().append(
        stream,
        types.map((type) => sampleEvent({ type })),
        'no-stream',
      );
      const filter = { types: ['Wanted', 'AlsoWanted', 'Unheard', 'Wanted'] };
      const all = await store().readAll({ after, filter, limit: 10 });
      expect(all.events.map((event) => event.type)).toEqual(['Wanted', 'AlsoWanted', 'Wanted']);
      expect(all.position >= (await store().head())).toBe(true);

      const two = await store().readAll({ after, filter, limit: 2 });
      expect(two.events.map((event) => event.type)).toEqual(['Wanted', 'AlsoWanted']);
      const rest = await store().readAll({ after: two.position, filter, limit: 2 });
      expect(rest.events.map((event) => event.revision)).toEqual([4]);
      const none = await store().readAll({ after, filter: { types: ['Unheard'] }, limit: 2 });
      expect(none).toEqual({ events: [], position: all.position });
    });

    test('finds one event by its position, and none where there is none', async () => {
      const stream = newStream();
      const { position } = await store().append(stream, sampleEvents(2), 'no-stream');
      expect(await store().eventAt(position)).toEqual((await store().readStream(stream))[1]);
      expect(await store().eventAt(START)).toBeUndefined();
      expect(await store().eventAt(position.replace(/^./, '1'))).toBeUndefined();
      await expect(store().eventAt('yesterday')).rejects.toMatchObject({ code: 'invalid_position' });
    });

    test('ends at or after every event and every position that it tells', async () => {
      const after = await store().head();
      const { position } = await store().append(newStream(), sampleEvents(2), 'no-stream');
      const head = await store().head();
      expect(isAfter(position, after)).toBe(true);
      expect(isAfter(position, head)).toBe(false);
      const filter = { types: ['Unheard'] };
      for (const page of [
        await store().readAll({ after, limit: 5 }),
        await store().readAll({ after, limit: 5, filter }),
      ])
        expect(isAfter(page.position, await store().head())).toBe(false);
    });

    test('counts the events between two positions, or does not say', async () => {
      const before = await store().head();
      const { position } = await store().append(newStream(), sampleEvents(3), 'no-stream');
      expect(store().eventsBetween?.(before, position) ?? 3).toBe(3);
      expect(store().eventsBetween?.(position, position) ?? 0).toBe(0);
    });

    test('at its end gives nothing and stays where it is', async () => {
      const after = await store().head();
      expect(await store().readAll({ after, limit: 5 })).toEqual({ events: [], position: after });
    });

    test('refuses what is no position and a limit that is none', async () => {
      await expect(store().readAll({ after: 'yesterday', limit: 1 })).rejects.toMatchObject({
        kind: 'invalid',
        code: 'invalid_position',
      });
      await expect(store().readAll({ after: START, limit: 0 })).rejects.toMatchObject({ kind: 'invalid' });
    });
  });
}
