import { describe, expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import type { EventStore } from '../../../src/core/event-store.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';
import { createStreamHistories } from '../../../src/runtime/command/stream-histories.js';
import { definitions, floor, hall, handlerOn, hear, idOf, take } from './hall.js';

/** Histories that count what they read, on a store that can be set back to an earlier backup. */
function world() {
  let store: EventStore = createMemoryEventStore();
  const reads: number[] = [];
  let nowMilliseconds = 0;
  const histories = createStreamHistories({
    store: {
      async readStream(stream, range) {
        const events = await store.readStream(stream, range);
        reads.push(events.length);
        return events;
      },
      async readStreamAfter(stream, last) {
        const news = await store.readStreamAfter(stream, last);
        if (news) reads.push(news.length);
        return news;
      },
    },
    decode: createEventCodec(definitions).decode,
    nowMilliseconds: () => nowMilliseconds,
  });
  return {
    reads,
    read: () => histories.read('hall-a', hall),
    earlierOnFloor: async (name: string) =>
      histories.earlier('floor-a', await histories.read('floor-a', floor), idOf(name)),
    readFloor: () => histories.read('floor-a', floor),
    /** As any process may. */
    take: (name: string, seat: number) => handlerOn(store)(take(name, seat)),
    hear: (name: string) => handlerOn(store)(hear(name, 1)),
    setBack: () => {
      store = createMemoryEventStore();
    },
    pass: (seconds: number) => {
      nowMilliseconds += seconds * 1000;
    },
  };
}

describe('what happened in a stream before', () => {
  test('is read once, and then only what came since', async () => {
    const { reads, read, take } = world();
    await take('one', 1);
    expect(await read()).toMatchObject({ state: [1], last: { revision: 0 } });
    await take('two', 2);
    expect(await read()).toMatchObject({ state: [1, 2], last: { revision: 2 } });
    expect(await read()).toMatchObject({ state: [1, 2], last: { revision: 2 } });
    expect(reads).toEqual([1, 2, 0]);
  });

  test('tells every command with its events, whenever it was read', async () => {
    const { read, take } = world();
    await take('one', 1);
    await read();
    await take('two', 2);
    const { commands } = await read();
    expect(commands.get(idOf('one'))).toMatchObject({ events: [{ type: 'SeatTaken' }] });
    expect(commands.get(idOf('two'))).toMatchObject({
      events: [{ type: 'SeatTaken' }, { type: 'HallFull' }],
    });
    expect(commands.get(idOf('three'))).toBeUndefined();
  });

  test('tells an event once, however many commands read it at the same time', async () => {
    const { read, take } = world();
    await take('one', 1);
    await read();
    await take('two', 2);
    const [{ commands }, other] = await Promise.all([read(), read()]);
    expect(other.state).toEqual([1, 2]);
    expect(commands.get(idOf('two'))).toMatchObject({
      events: [{ type: 'SeatTaken' }, { type: 'HallFull' }],
    });
  });

  test('is another after a store was set back to a backup, also where that has as many events', async () => {
    const { read, take, setBack } = world();
    await take('one', 1);
    await read();
    setBack();
    expect(await read()).toMatchObject({ state: [], last: undefined });
    await take('other', 2);
    expect(await read()).toMatchObject({ state: [2], last: { revision: 0 } });
    setBack();
    await take('one', 1);
    expect(await read()).toMatchObject({ state: [1] });
  });

  test('is not kept in memory for long', async () => {
    const { reads, read, take, pass } = world();
    await take('one', 1);
    await take('two', 2);
    await read();
    pass(31);
    await read();
    expect(reads).toEqual([3, 3]);
  });

  test('is read once however many commands there were', async () => {
    const { reads, readFloor, hear } = world();
    for (let step = 0; step < 300; step += 1) await hear(`step ${step}`);
    await readFloor();
    await hear('one more');
    await readFloor();
    expect(reads).toEqual([300, 1]);
  });

  test('tells of a command long ago what it has caused, and reads the stream again only for such a one', async () => {
    const { reads, earlierOnFloor, hear } = world();
    for (let step = 0; step < 100; step += 1) await hear(`step ${step}`);
    expect(await earlierOnFloor('step 99')).toMatchObject({ events: [{ type: 'StepHeard' }] });
    expect(await earlierOnFloor('never')).toBeUndefined();
    expect(reads).toEqual([100, 0]);
    expect(await earlierOnFloor('step 3')).toMatchObject({ events: [{ type: 'StepHeard' }] });
    expect(reads).toEqual([100, 0, 0, 100]);
  });

  test('weighs little where a stream is long, so that many of them are remembered', async () => {
    const { readFloor, hear } = world();
    for (let step = 0; step < 300; step += 1) await hear(`step ${step}`);
    const { commands } = await readFloor();
    expect(commands.weight()).toBeLessThan(100);
  });

  test('holds nothing of what the events say but the state that came of them', async () => {
    const { read, take } = world();
    await take('one', 1);
    const { commands, last } = await read();
    expect(JSON.stringify([commands.get(idOf('one')), last])).not.toContain('hall');
  });
});
