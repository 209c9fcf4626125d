import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { unavailable } from '../../../src/core/errors.js';
import type { RecordedEvent } from '../../../src/core/event.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { AnySaga } from '../../../src/core/saga.js';
import { createMemorySagaStore } from '../../support/memory-saga-store.js';
import { parrot, run, say, schedule, send } from '../../support/parrot-saga.js';
import { createSagaWorld, type SagaWorld, until } from '../../support/saga-world.js';

let world: SagaWorld;
let runner: { stop(): Promise<void> } | undefined;
let broken: (input: { type: string; data: unknown }) => boolean;

/** The parrot, with a bug for as long as `broken` says so. */
const buggy: AnySaga = {
  ...parrot,
  react(state: never, input: never, instance: string) {
    if (broken(input)) throw new Error('a bug \0 of ours');
    return parrot.react(state, input, instance);
  },
};

beforeEach(() => {
  world = createSagaWorld();
  broken = (input) => JSON.stringify(input.data).includes('Poison');
});
afterEach(() => runner?.stop());

const status = async (saga = 'parrot') => (await world.sagaStore.status()).find((one) => one.saga === saga);
const commandTypes = () => world.commands.map(({ command }) => command.type);
const AT = (minutes: number) => `2026-11-21T09:0${minutes}:00.000Z`;

describe('an instance whose saga throws', () => {
  test('is parked with its error, its later inputs behind it, while other instances and sagas go on', async () => {
    runner = world.run([buggy, { ...parrot, name: 'other' }]);
    await world.tell('a', 'Told', say(send('Poison')));
    await world.tell('a', 'Told', say(send('Behind')));
    await world.tell('b', 'Told', say(send('Free')));
    await until('the others went on', () => world.commands.length === 4);
    expect(commandTypes().sort()).toEqual(['Behind', 'Free', 'Free', 'Poison']);
    const [event] = await world.store.readStream('a');
    await until('it is parked', async () => (await status())?.parked[0]?.inputs === 2);
    expect(await status()).toMatchObject({
      checkpoint: await world.store.head(),
      instances: { active: 1, parked: 1, completed: 0 },
      parked: [
        {
          instance: 'a',
          failure: {
            inputId: event?.eventId,
            position: event?.position,
            error: 'a bug  of ours',
            attempts: 1,
            failedAt: AT(0),
          },
        },
      ],
    });
  });

  test('goes on in order, nothing lost, once the bug is mended', async () => {
    runner = world.run([buggy]);
    await world.tell('a', 'Told', say(send('One')));
    await world.tell('a', 'Told', say(send('Poison'), schedule('tea', AT(1))));
    await world.tell('a', 'Told', say(send('Three')));
    await until('it is parked', async () => (await status())?.parked[0]?.inputs === 2);
    await retryUntil(async () => (await status())?.parked[0]?.failure.attempts === 3);
    expect(commandTypes()).toEqual(['One']);

    broken = () => false;
    await retryUntil(async () => (await status())?.instances.parked === 0);
    await world.tell('a', 'Told', say(send('Four')));
    await until('all are sent', () => world.commands.length >= 4);
    expect(commandTypes().slice(0, 4)).toEqual(['One', 'Poison', 'Three', 'Four']);
    world.clock.advance(60);
    await until('the timer fired', () => commandTypes().includes('Fired'));
    expect(world.commands.at(-1)?.command.data).toMatchObject({ inputs: 5 });
  });

  test('takes a queue longer than a step', async () => {
    runner = world.run([buggy]);
    await world.tell('a', 'Told', say(send('Poison')));
    for (let index = 0; index < 1200; index++) await world.tell('a', 'Told', say({ ignore: 'but count' }));
    await until('all are parked', async () => (await status())?.parked[0]?.inputs === 1201);
    broken = () => false;
    await retryUntil(async () => (await status())?.instances.parked === 0);
    const [instance] = await world.sagaStore.instances('parrot', ['a']);
    expect(instance?.state).toBe('{"inputs":1201}');
  });

  test('stops again at the next input it fails on, as a new failure', async () => {
    runner = world.run([buggy]);
    await world.tell('a', 'Told', say(send('Poison')));
    await world.tell('a', 'Told', say(send('Good')));
    await world.tell('a', 'Told', say(send('Poison'), run('second')));
    await until('all are parked', async () => (await status())?.parked[0]?.inputs === 3);
    broken = (input) => JSON.stringify(input.data).includes('second');
    await retryUntil(async () => (await status())?.parked[0]?.inputs === 1);
    expect((await status())?.parked[0]?.failure.attempts).toBe(1);
    await until('the good ones are sent', () => world.commands.length === 2);
    expect(commandTypes()).toEqual(['Poison', 'Good']);
  });

  test('on a timer keeps that timer, and fires it once', async () => {
    broken = ({ type }) => type === 'TimerFired';
    runner = world.run([buggy]);
    await world.tell('a', 'Told', say(schedule('tea', AT(1)), schedule('cake', AT(1))));
    await until('both wait', async () => (await status())?.timers.waiting === 2);
    world.clock.advance(60);
    await until('it is parked', async () => (await status())?.instances.parked === 1);
    expect((await status())?.timers.waiting).toBe(1);
    broken = () => false;
    await retryUntil(async () => (await status())?.timers.waiting === 0);
    await until('both are sent', () => world.commands.length === 2);
    expect(world.commands.map(({ command }) => command.data)).toEqual([
      { timer: 'cake', dueAt: AT(1), inputs: 2 },
      { timer: 'tea', dueAt: AT(1), inputs: 3 },
    ]);
  });

  test.each([
    ['a timer at no instant', { schedule: { timer: 'tea', at: 'tomorrow' } }],
    ['a timer past the calendar', { schedule: { timer: 'tea', at: '+020000-01-01T00:00:00.000Z' } }],
    ['a command JSON cannot hold', { send: { type: 'Do', data: 1n } }],
  ])('parks for %s as for a throw', async (_what, output) => {
    const odd: AnySaga = { ...parrot, react: () => [output] };
    runner = world.run([odd]);
    await world.tell('a', 'Told', say());
    await until('it is parked', async () => (await status())?.instances.parked === 1);
    expect((await status())?.timers.waiting).toBe(0);
  });

  /** Time passes, a second at a step, until it holds. */
  async function retryUntil(condition: () => Promise<boolean>) {
    await until('a retry brings it about', async () => {
      world.clock.advance(1);
      return condition();
    });
  }
});

describe('an event that no instance can be told', () => {
  test('stops its saga there, with the error, and other sagas go on', async () => {
    let readable = false;
    const decode = (stored: object) => {
      if (!readable && JSON.stringify(stored).includes('Poison')) throw new Error('unknown schema');
      return stored as RecordedEvent;
    };
    const picky: AnySaga = {
      ...parrot,
      name: 'picky',
      correlate: { Told: (event: { data: { stream: string } }) => (readable ? event.data.stream : '') },
    };
    runner = world.run([parrot, picky], { decode });
    await world.tell('a', 'Told', say(send('One')));
    await world.tell('a', 'Told', say(send('Poison')));
    await world.tell('b', 'Told', say(send('Three')));
    await until('both stand still', async () =>
      Boolean((await status())?.failure && (await status('picky'))?.failure),
    );
    const [first, second] = await world.store.readStream('a');
    await until('what was before it is done', () => world.commands.length === 1);
    expect(await status()).toMatchObject({
      checkpoint: first?.position,
      failure: { inputId: second?.eventId, position: second?.position, error: 'unknown schema' },
    });
    expect((await status('picky'))?.failure?.error).toContain('gives Told to no instance');

    readable = true;
    await until('both go on', async () => {
      world.clock.advance(1);
      return world.commands.length === 6;
    });
    await until('the failures are gone', async () => {
      const [one, other] = await world.sagaStore.status();
      return one?.failure === null && other?.failure === null;
    });
    expect(commandTypes().sort()).toEqual(['One', 'One', 'Poison', 'Poison', 'Three', 'Three']);
  });
});

describe('when the database is away', () => {
  test('everything waits and goes on where it was, timers and outbox included', async () => {
    const real = createMemorySagaStore();
    let away = true;
    const flaky = new Proxy(real, {
      get: (target, method, receiver) =>
        away
          ? async () => {
              throw new Error('connection terminated');
            }
          : Reflect.get(target, method, receiver),
    });
    world = createSagaWorld({ store: createMemoryEventStore(), sagaStore: flaky });
    runner = world.run([parrot]);
    await world.tell('a', 'Told', say(send('One'), schedule('tea', AT(1))));
    await passTime(20);
    away = false;
    await until('it begins', async () => {
      world.clock.advance(1);
      return world.commands.length === 1;
    });
    away = true;
    await world.tell('a', 'Told', say(send('Two')));
    await passTime(60);
    expect(commandTypes()).toEqual(['One']);
    away = false;
    await until('it goes on', async () => {
      world.clock.advance(1);
      return world.commands.length === 3;
    });
    expect(commandTypes().sort()).toEqual(['Fired', 'One', 'Two']);
  });

  test('a subscription that breaks is begun again from the checkpoint', async () => {
    const real = createMemoryEventStore();
    let breaks = 3;
    const store = {
      ...real,
      async *subscribeAll(options: Parameters<typeof real.subscribeAll>[0]) {
        for await (const page of real.subscribeAll({ ...options, limit: 1 })) {
          yield page;
          if (breaks-- > 0) throw new Error('stream reset');
        }
      },
    };
    world = createSagaWorld({ store });
    runner = world.run([parrot]);
    for (const type of ['One', 'Two', 'Three', 'Four', 'Five'])
      await world.tell('a', 'Told', say(send(type)));
    await until('all are sent', async () => {
      world.clock.advance(1);
      return world.commands.length === 5;
    });
    expect(commandTypes()).toEqual(['One', 'Two', 'Three', 'Four', 'Five']);
  });

  async function passTime(seconds: number) {
    for (let second = 0; second < seconds; second++) {
      world.clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});

test('a database that is away is told once, by all loops together, and so is its return', async () => {
  const told: string[] = [];
  const note = (_fields: object, message: string) => void told.push(message);
  const store = createMemorySagaStore();
  let isAway = false;
  let failedReads = 0;
  const orAway =
    <Arguments extends unknown[], Result>(read: (...asked: Arguments) => Promise<Result>) =>
    async (...asked: Arguments): Promise<Result> => {
      if (!isAway) return read(...asked);
      failedReads += 1;
      throw unavailable('saga_store_unavailable', 'The database cannot be reached');
    };
  const sagaStore = { ...store, head: orAway(store.head), outbox: orAway(store.outbox) };
  world = createSagaWorld({ sagaStore });
  const sleep = () => new Promise<void>((resolve) => setImmediate(resolve));
  runner = world.run([parrot, { ...parrot, name: 'other' }], {
    clock: { ...world.clock, sleep },
    logger: { ...silentLogger, info: note, warn: note },
  });
  await world.tell('a', 'Told', say(send('Before')));
  await until('both have spoken', () => world.commands.length === 2);
  isAway = true;
  await until('everybody has tried often', () => failedReads > 100);
  expect(told).toHaveLength(1);
  isAway = false;
  await world.tell('a', 'Told', say(send('After')));
  await until('both have spoken again', () => world.commands.length === 4);
  expect(told).toEqual([expect.stringContaining('Saga'), 'Sagas go on']);
});
