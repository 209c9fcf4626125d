import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EventToAppend } from '../../src/core/event.js';
import type { AppendIdempotency, EventStore, ExpectedRevision } from '../../src/core/event-store.js';
import { idsOf, newStream, sampleEvent, sampleEvents } from './event-store-samples.js';

export function repeatingBehaviour(idempotency: AppendIdempotency, store: () => EventStore): void {
  test(`knows appends that are made again ${idempotency}`, () => {
    expect(store().idempotency).toBe(idempotency);
  });

  describe('repeating an append that expects a revision', () => {
    test.for<[string, number, ExpectedRevision]>([
      ['no stream', 0, 'no-stream'],
      ['no stream, as a revision', 0, -1],
      ['the revision before it', 3, 2],
    ])('gives the first result again, however much came since: %s', async ([, before, expected]) => {
      const stream = newStream();
      if (before > 0) await store().append(stream, sampleEvents(before), 'no-stream');
      const events = sampleEvents(2);
      const first = await store().append(stream, events, expected);
      await store().append(stream, sampleEvents(3), before + 1);
      await store().append(newStream(), sampleEvents(20), 'any');
      expect(await store().append(stream, events, expected)).toEqual(first);
      expect(await store().readStream(stream)).toHaveLength(before + 5);
    });

    test('at the same time stores it once and gives all the same result', async () => {
      const stream = newStream();
      const events = sampleEvents(2);
      const results = await Promise.all([1, 2, 3].map(() => store().append(stream, events, 'no-stream')));
      expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
      expect(await store().readStream(stream)).toHaveLength(2);
    });

    test('at another revision is a conflict or the first result, and stores nothing', async () => {
      const stream = newStream();
      const events = sampleEvents(2);
      const first = await store().append(stream, events, 'no-stream');
      await store().append(stream, [sampleEvent()], 1);
      for (const expected of [0, 1, 7]) {
        const again = await store()
          .append(stream, events, expected)
          .catch((error: unknown) => error);
        if (again instanceof Error) expect(again).toMatchObject({ kind: 'conflict' });
        else expect(again).toEqual(first);
      }
      expect(await store().readStream(stream)).toHaveLength(3);
    });

    test('recognises ids in capitals', async () => {
      const stream = newStream();
      const eventId = randomUUID();
      const first = await store().append(stream, [sampleEvent({ eventId })], 'no-stream');
      const capitals = sampleEvent({ eventId: eventId.toUpperCase() });
      expect(await store().append(stream, [capitals], 'no-stream')).toEqual(first);
    });
  });

  if (idempotency === 'by-event-id') knownByEventId(store);
}

function knownByEventId(store: () => EventStore): void {
  describe('repeating an append to a store that knows every event id', () => {
    test.for<ExpectedRevision>(['no-stream', 'any', 'stream-exists', 0, 7])(
      'gives the first result again, expecting %s',
      async (expected) => {
        const stream = newStream();
        const events = sampleEvents(2);
        const first = await store().append(stream, events, 'no-stream');
        await store().append(stream, [sampleEvent()], 1);
        expect(await store().append(stream, events, expected)).toEqual(first);
        expect(await store().readStream(stream)).toHaveLength(3);
      },
    );

    test('is refused when ids are used in another way, and nothing is stored', async () => {
      const [stream, other] = [newStream(), newStream()];
      const [a, b, c] = [sampleEvent(), sampleEvent(), sampleEvent()];
      await store().append(stream, [a, b], 'no-stream');
      const reuses: [string, EventToAppend[]][] = [
        [stream, [b, c]],
        [stream, [c, a]],
        [stream, [b, a]],
        [other, [a, b]],
        [other, [c, b]],
      ];
      for (const [into, events] of reuses) {
        for (const expected of ['any', into === stream ? 1 : 'no-stream'] as const) {
          const append = store().append(into, events, expected);
          await expect(append).rejects.toMatchObject({ kind: 'conflict', code: 'event_id_reused' });
        }
      }
      expect(idsOf(await store().readStream(stream))).toEqual(idsOf([a, b]));
      expect(await store().readStream(other)).toEqual([]);
    });
  });
}
