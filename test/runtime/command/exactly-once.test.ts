import { describe, expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createMemoryLog, type MemoryEngine } from '../../../src/adapters/memory/memory-log.js';
import { unavailable } from '../../../src/core/errors.js';
import type { EventStore } from '../../../src/core/event-store.js';
import { handlerOn, hear, take } from './hall.js';

/** A store whose first append is made, and its answer lost. */
function losingTheFirstAnswer(store: EventStore): EventStore {
  let appends = 0;
  return {
    ...store,
    async append(...parameters) {
      const result = await store.append(...parameters);
      if (appends++ === 0) throw unavailable('event_store_unavailable', 'The answer was lost');
      return result;
    },
  };
}

describe.for<[string, Partial<MemoryEngine>]>([
  ['that knows every event id', {}],
  ['whose memory of event ids is a cache', { remembers: 3 }],
  ['that forgets event ids at once', { remembers: 0, systemRecords: 2 }],
])('on a store %s', ([, engine]) => {
  describe.for([
    ['a command that needs state', (name: string) => take(name, 1), 'hall-a'],
    ['a command that needs none', (name: string) => hear(name, 1), 'floor-a'],
  ] as const)('%s', ([, command, stream]) => {
    test('made again long after is answered as the first time, and its events are there once', async () => {
      const store = createMemoryEventStore(createMemoryLog(engine));
      const handle = handlerOn(store);
      const first = await handle(command('one'));
      await handle(take('another', 2));
      for (let step = 0; step < 10; step++) await handle(hear(`step ${step}`, step));
      const before = await store.head();
      expect(await handle(command('one'))).toEqual(first);
      expect(await store.head()).toBe(before);
    });

    test('made again because its answer was lost has its events there once', async () => {
      const log = createMemoryLog(engine);
      const store = createMemoryEventStore(log);
      const handle = handlerOn(losingTheFirstAnswer(store));
      await expect(handle(command('one'))).rejects.toMatchObject({ code: 'event_store_unavailable' });
      expect(await handle(command('one'))).toMatchObject({ stream, position: log.events[0]?.position });
      expect(await store.readStream(stream)).toHaveLength(1);
    });

    test('made many times at once by several processes has one answer, and its events are there once', async () => {
      const log = createMemoryLog(engine);
      const processes = [1, 2, 3].map(() => handlerOn(createMemoryEventStore(log)));
      const results = await Promise.all(
        processes.flatMap((handle) => Array.from({ length: 20 }, () => handle(command('one')))),
      );
      expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
      expect(log.events).toHaveLength(1);
    });
  });

  test('a hundred commands of one stream at once all get their place, although none may be known by its ids', async () => {
    const log = createMemoryLog(engine);
    const handle = handlerOn(createMemoryEventStore(log));
    const commands = Array.from({ length: 100 }, (_, index) => hear(`step ${index}`, index));
    await Promise.all([...commands, ...commands].map((command) => handle(command)));
    expect(log.events.map(({ data }) => data.at)).toEqual(commands.map(({ command }) => command.data.at));
  });
});
