import { describe, expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createMemoryPersonalKeys } from '../../../src/adapters/memory/personal-keys.js';
import type { EventStore } from '../../../src/core/event-store.js';
import { deriveId } from '../../../src/core/ids.js';
import type { CommandRequest } from '../../../src/runtime/command/handle-command.js';
import { createSealedEventStore } from '../../../src/runtime/erasure/sealed-event-store.js';
import { definitions, handlerOn, hear, idOf, request, type TakeSeat, take } from './hall.js';

function world(options: { wrap?: (store: EventStore) => EventStore; maximumConflicts?: number } = {}) {
  const store = createMemoryEventStore();
  const { maximumConflicts } = options;
  const handle = handlerOn(options.wrap?.(store) ?? store, maximumConflicts ? { maximumConflicts } : {});
  return { store, handle };
}

/** A store where somebody else appends to the stream between each read and the append that follows. */
function contended(rivals: number, seatOfRival: (index: number) => number) {
  let appends = 0;
  const wrap = (store: EventStore): EventStore => ({
    ...store,
    async append(stream, events, expectedRevision) {
      const index = appends++;
      if (index < rivals) {
        const [first] = events;
        if (!first) throw new Error('an append has events');
        const data = { hall: 'a', seat: seatOfRival(index) };
        const rival = { ...first, eventId: deriveId('rival', index), data };
        const metadata = { ...first.metadata, commandId: idOf(`rival ${index}`) };
        await store.append(stream, [{ ...rival, type: 'SeatTaken', metadata }], 'any');
      }
      return store.append(stream, events, expectedRevision);
    },
  });
  return { wrap, appends: () => appends };
}

describe('handling a command', () => {
  test('the same id with the wish of another request is refused, and with the same wish answered as before', async () => {
    const { handle } = world();
    const first = await handle({ ...take('one', 1), requestHash: 'seat 1' });
    expect(await handle({ ...take('one', 1), requestHash: 'seat 1' })).toEqual(first);
    await expect(handle({ ...take('one', 2), requestHash: 'seat 2' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'idempotency_key_reused',
    });
  });

  test('a repeat is answered as before also when what it asked for is erased', async () => {
    const keys = createMemoryPersonalKeys();
    const personal = { ...definitions, SeatTaken: { ...definitions.SeatTaken, personal: { hall: '' } } };
    const store = createSealedEventStore({
      store: createMemoryEventStore(),
      keys,
      definitions: personal,
    });
    const repeated = { ...take('one', 1), requestHash: 'seat 1' };
    const first = await handlerOn(store)(repeated);
    await keys.destroy('hall-a');
    expect(await handlerOn(store)(repeated)).toEqual(first);
  });

  test('what it causes is appended as one, under ids that derive from its own', async () => {
    const { store, handle } = world();
    await handle(take('one', 1));
    const result = await handle(take('two', 2));
    const events = await store.readStream('hall-a');
    expect(result).toEqual({
      stream: 'hall-a',
      position: events[2]?.position,
      eventTypes: ['SeatTaken', 'HallFull'],
    });
    expect(events.map((event) => event.eventId)).toEqual([
      deriveId(idOf('one'), 0),
      deriveId(idOf('two'), 0),
      deriveId(idOf('two'), 1),
    ]);
    expect(events[2]?.metadata).toEqual({
      correlationId: idOf('correlation'),
      commandId: idOf('two'),
      causationId: null,
      actor: 'ada',
      occurredAt: '2026-11-21T09:30:00.000Z',
      tenantId: 'acme',
      traceparent: '00-trace',
    });
  });

  test('the same command again gives the first answer, also after others', async () => {
    const { store, handle } = world();
    const first = await handle(take('one', 1));
    await handle(take('two', 2));
    expect(await handle(take('one', 1))).toEqual(first);
    expect(await store.readStream('hall-a')).toHaveLength(3);
  });

  test('a command whose first answer was lost is answered although it would be refused by now', async () => {
    const { handle } = world();
    await handle(take('one', 1));
    const second = await handle(take('two', 2));
    await expect(handle(take('three', 3))).rejects.toMatchObject({ code: 'role_taken' });
    expect(await handle(take('two', 2))).toEqual(second);
  });

  test('twenty copies of a command at once cause it once', async () => {
    const { store, handle } = world();
    const results = await Promise.all(Array.from({ length: 20 }, () => handle(take('one', 1))));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await store.readStream('hall-a')).toHaveLength(1);
  });

  test('a command without effect answers with where the stream stands', async () => {
    const { store, handle } = world();
    const first = await handle(take('one', 1));
    await handle(hear('step', 1));
    expect(await handle(take('again', 1))).toEqual({
      stream: 'hall-a',
      position: first.position,
      eventTypes: [],
    });
    expect(await store.readStream('hall-a')).toHaveLength(1);
  });

  test('a refused command leaves nothing behind', async () => {
    const { store, handle } = world();
    await handle(take('one', 1));
    await handle(take('two', 2));
    const head = await store.head();
    await expect(handle(take('three', 3))).rejects.toMatchObject({ code: 'role_taken' });
    expect(await store.head()).toBe(head);
  });

  test('a command nobody takes is refused', async () => {
    const { handle } = world();
    const unknown = request('x', { type: 'SingLoudly', data: {} }) as unknown as CommandRequest<TakeSeat>;
    await expect(handle(unknown)).rejects.toMatchObject({ code: 'unknown_command' });
  });
});

describe('when others append first', () => {
  test('the decision is taken anew on what they did', async () => {
    const { wrap } = contended(1, () => 1);
    const { handle, store } = world({ wrap });
    const result = await handle(take('two', 2));
    expect(result.eventTypes).toEqual(['SeatTaken', 'HallFull']);
    expect((await store.readStream('hall-a')).map((event) => event.revision)).toEqual([0, 1, 2]);
  });

  test('the new decision may be a refusal', async () => {
    const { wrap } = contended(2, (index) => index + 1);
    const { handle } = world({ wrap });
    await expect(handle(take('three', 3))).rejects.toMatchObject({ code: 'role_taken' });
  });

  test('it is tried so often and no more, and then may be tried again later', async () => {
    const { wrap, appends } = contended(Number.POSITIVE_INFINITY, () => 1);
    const { handle } = world({ wrap, maximumConflicts: 3 });
    await expect(handle(take('two', 2))).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'too_much_contention',
    });
    expect(appends()).toBe(4);
  });

  test('an append that failed otherwise is not repeated by itself', async () => {
    let appends = 0;
    const wrap = (store: EventStore): EventStore => ({
      ...store,
      async append() {
        appends++;
        throw new Error('the disk is gone');
      },
    });
    const { handle } = world({ wrap });
    await expect(handle(take('one', 1))).rejects.toThrow('the disk is gone');
    expect(appends).toBe(1);
  });
});

describe('aggregates that need no state', () => {
  test('are appended to without a look at their stream', async () => {
    let reads = 0;
    const wrap = (store: EventStore): EventStore => ({
      ...store,
      readStream(stream, options) {
        reads++;
        return store.readStream(stream, options);
      },
    });
    const { handle, store } = world({ wrap });
    await Promise.all([handle(hear('one', 1)), handle(hear('two', 2))]);
    expect(reads).toBe(0);
    expect(await store.readStream('floor-a')).toHaveLength(2);
  });

  test('know a repeated command by the ids of its events', async () => {
    const { handle, store } = world();
    const first = await handle(hear('one', 1));
    await handle(hear('two', 2));
    expect(await handle(hear('one', 1))).toEqual(first);
    expect(await store.readStream('floor-a')).toHaveLength(2);
  });
});
