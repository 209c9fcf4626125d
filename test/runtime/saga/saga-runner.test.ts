import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conflict, invalid, unavailable } from '../../../src/core/errors.js';
import { WrongExpectedRevisionError } from '../../../src/core/event-store.js';
import { deriveId } from '../../../src/core/ids.js';
import type { AnySaga } from '../../../src/core/saga.js';
import { parrot, run, say, schedule, send } from '../../support/parrot-saga.js';
import { createSagaWorld, type SagaWorld, until } from '../../support/saga-world.js';

let world: SagaWorld;
let runner: { stop(): Promise<void> } | undefined;

beforeEach(() => {
  world = createSagaWorld();
});
afterEach(() => runner?.stop());

const status = async (saga = 'parrot') => (await world.sagaStore.status()).find((one) => one.saga === saga);
const commandTypes = () => world.commands.map(({ command }) => command.type);
const jobKinds = () => world.jobs.map(({ kind }) => kind);
/** Everything told so far has been taken. */
const caughtUp = async (saga = 'parrot') => {
  const head = await world.store.head();
  await until(`${saga} is at the head`, async () => (await status(saga))?.checkpoint === head);
};
const AT = (minutes: number) => `2026-11-21T09:0${minutes}:00.000Z`;

describe('reactions', () => {
  beforeEach(() => {
    runner = world.run([parrot]);
  });

  test('are sent as commands that carry the chain of the event', async () => {
    await world.tell('a', 'Told', say(send('Do', { it: 1 })));
    await until('a command is sent', () => world.commands.length === 1);
    const { events } = await world.store.readAll({ after: '', limit: 1 });
    expect(world.commands[0]).toMatchObject({
      commandId: deriveId('parrot', events[0]?.eventId ?? '', 0),
      command: { type: 'Do', data: { it: 1 } },
      correlationId: 'correlation of a',
      causationId: events[0]?.eventId,
      actor: 'saga:parrot',
      tenantId: 'tenant',
      traceparent: '00-trace',
    });
  });

  test('hand the chain, the tenant and the trace of the event to their jobs', async () => {
    await world.tell('a', 'Told', say(run('one')));
    await until('a job is put in', () => world.jobs.length === 1);
    expect(world.jobs[0]).toMatchObject({
      correlationId: 'correlation of a',
      causationId: (await world.store.readStream('a'))[0]?.eventId,
      ...{ tenantId: 'tenant', traceparent: '00-trace' },
    });
  });

  test('leave nothing in the outbox once handed over', async () => {
    await world.tell('a', 'Told', say(run('one'), send('Do'), run('two')));
    await until('all is handed over', () => world.jobs.length === 2);
    await until('the outbox is empty', async () => (await status())?.outbox.waiting === 0);
    expect(commandTypes()).toEqual(['Do']);
  });

  test('to events of other types and ignored ones leave no instance behind', async () => {
    await world.tell('b', 'Unheard', {});
    await world.tell('a', 'Told', say({ ignore: 'not now' }));
    await caughtUp();
    expect(await world.sagaStore.instances('parrot', ['b'])).toEqual([]);
  });
});

describe('the outbox', () => {
  test('keeps the order of one instance while others pass', async () => {
    const gate = Promise.withResolvers<void>();
    runner = world.run([parrot], {
      execute: async (request) => {
        if (request.command.type === 'Slow') await gate.promise;
        world.commands.push(request);
      },
    });
    await world.tell('a', 'Told', say(run('before'), send('Slow'), run('after')));
    await world.tell('b', 'Told', say(run('other')));
    await until('the other job is enqueued', () => jobKinds().includes('other'));
    expect(jobKinds()).not.toContain('after');
    gate.resolve();
    await until('the job behind the command', () => jobKinds().includes('after'));
    expect(jobKinds().indexOf('before')).toBeLessThan(jobKinds().indexOf('after'));
  });

  test('records a command refused for good and goes on with the instance', async () => {
    runner = world.run([parrot], {
      execute: async () => {
        throw conflict('not_in_review', 'Too late');
      },
    });
    await world.tell('a', 'Told', say(send('Refused'), run('next')));
    await until('the next output passed', () => world.jobs.length === 1);
    const [refusal] = (await status())?.outbox.refusals ?? [];
    expect(refusal).toMatchObject({
      instance: 'a',
      what: 'Refused',
      code: 'not_in_review',
      error: 'Too late',
    });
    expect((await status())?.outbox.refused).toBe(1);
  });

  test('tries a retryable failure again with growing pauses, the error in sight, the instance waiting', async () => {
    const triedAt: string[] = [];
    const errors = [unavailable('event_store_unavailable', 'Nobody home'), new Error('plain'), lostRace];
    runner = world.run([parrot], {
      execute: async (request) => {
        triedAt.push(world.clock.now());
        const error = errors[triedAt.length - 1];
        if (error) throw error;
        world.commands.push(request);
      },
    });
    await world.tell('a', 'Told', say(send('Do'), run('next')));
    await until(
      'it is postponed',
      async () => (await status())?.outbox.postponed[0]?.error === 'Nobody home',
    );
    for (let step = 0; world.commands.length === 0 && step < 60; step++) {
      const tries = triedAt.length;
      world.clock.advance(1);
      // Either it is tried, or the dispatcher has looked and found it is not time yet.
      await world.tell('b', 'Told', say(run(`tick ${step}`)));
      await until('a look', () => jobKinds().includes(`tick ${step}`));
      await until('settled', async () => {
        const attempts = (await status())?.outbox.postponed[0]?.attempts;
        return attempts === triedAt.length || (attempts === undefined && triedAt.length > tries);
      });
    }
    await until('the job behind it', () => jobKinds().includes('next'));
    expect(triedAt).toHaveLength(4);
    const pauses = triedAt.slice(1).map((at, index) => Date.parse(at) - Date.parse(triedAt[index] ?? at));
    expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
    expect((await status())?.outbox).toMatchObject({ refused: 0, postponed: [] });
  });

  test('a job the queue refuses does not take others of its batch with it', async () => {
    runner = world.run([parrot], {
      queue: {
        enqueue: async (jobs) => {
          if (jobs.some(({ kind }) => kind === 'unknown')) throw invalid('invalid_payload', 'No such job');
          world.jobs.push(...jobs);
        },
        cancel: async () => expect.unreachable(),
      },
    });
    await world.tell('a', 'Told', say(run('one'), run('unknown'), run('two')));
    await until('the good jobs', () => world.jobs.length === 2);
    await until('the refusal', async () => (await status())?.outbox.refusals[0]?.code === 'invalid_payload');
    expect(jobKinds()).toEqual(['one', 'two']);
  });

  test('runs no more commands at once than told', async () => {
    let running = 0;
    let most = 0;
    runner = world.run([parrot], {
      concurrency: 3,
      execute: async (request) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        world.commands.push(request);
      },
    });
    for (let index = 0; index < 20; index++) await world.tell(`i${index}`, 'Told', say(send('Do')));
    await until('all are sent', () => world.commands.length === 20);
    expect(most).toBe(3);
  });
});

const lostRace = new WrongExpectedRevisionError('a', 1, 2);

describe('timers', () => {
  const timersWaiting = (count: number) =>
    until(`${count} timers wait`, async () => (await status())?.timers.waiting === count);

  beforeEach(() => {
    runner = world.run([parrot]);
  });

  test('fire once when their time has come, not before, and wake a sleeping runner', async () => {
    await world.tell('a', 'Told', say(schedule('tea', AT(5))));
    await timersWaiting(1);
    world.clock.advance(299);
    await world.tell('b', 'Told', say(run('pass')));
    await until('another job passed', () => world.jobs.length === 1);
    expect(world.commands).toEqual([]);
    world.clock.advance(1);
    await until('the timer fired', () => world.commands.length === 1);
    expect(world.commands[0]).toMatchObject({
      command: { type: 'Fired', data: { timer: 'tea', dueAt: AT(5), inputs: 2 } },
      correlationId: 'correlation of a',
      causationId: (await world.store.readStream('a'))[0]?.eventId,
      traceparent: '00-trace',
    });
    await timersWaiting(0);
  });

  test('scheduled again move: the old time passes in silence', async () => {
    await world.tell('a', 'Told', say(schedule('tea', AT(1))));
    await world.tell('a', 'Told', say(schedule('tea', AT(5))));
    await world.tell('b', 'Told', say(schedule('other', AT(2))));
    await timersWaiting(2);
    world.clock.advance(180);
    await until('the other fired', () => world.commands.length === 1);
    world.clock.advance(120);
    await until('the moved one fired', () => world.commands.length === 2);
    expect(world.commands.map(({ command }) => command.data)).toMatchObject([
      { timer: 'other' },
      { timer: 'tea', dueAt: AT(5) },
    ]);
  });

  test('cancelled do not fire', async () => {
    await world.tell('a', 'Told', say(schedule('tea', AT(1)), schedule('cake', AT(1))));
    await world.tell('a', 'Told', say({ cancel: { timer: 'tea' } }));
    await caughtUp();
    await timersWaiting(1);
    world.clock.advance(60);
    await until('what is left fired', () => world.commands.length === 1);
    expect(world.commands[0]?.command.data).toMatchObject({ timer: 'cake' });
    await timersWaiting(0);
  });

  test('due together, one can cancel the other', async () => {
    await runner?.stop();
    const duel: AnySaga = {
      ...parrot,
      name: 'duel',
      react: (_state: never, input: { type: string; data: { timer: string } }) =>
        input.type === 'TimerFired'
          ? [send(input.data.timer), { cancel: { timer: input.data.timer === 'x' ? 'y' : 'x' } }]
          : [schedule('x', AT(1)), schedule('y', AT(2))],
    };
    runner = world.run([duel]);
    await world.tell('a', 'Told', say());
    await until('both wait', async () => (await status('duel'))?.timers.waiting === 2);
    world.clock.advance(300);
    await until('none waits', async () => (await status('duel'))?.timers.waiting === 0);
    await until('the outbox is empty', async () => (await status('duel'))?.outbox.waiting === 0);
    expect(commandTypes()).toEqual(['x']);
  });

  test('that schedule themselves again are new ones each time', async () => {
    await runner?.stop();
    const ticker: AnySaga = {
      ...parrot,
      name: 'ticker',
      react: (_state: never, input: { type: string; data: { dueAt: string } }) =>
        input.type === 'TimerFired'
          ? [send('Tick'), schedule('tick', new Date(Date.parse(input.data.dueAt) + 60_000).toISOString())]
          : [schedule('tick', AT(1))],
    };
    runner = world.run([ticker]);
    await world.tell('a', 'Told', say());
    for (const ticks of [1, 2, 3]) {
      await until('it waits', async () => (await status('ticker'))?.timers.nextDueAt === AT(ticks));
      world.clock.advance(60);
      await until('it ticked', () => world.commands.length === ticks);
    }
    expect(new Set(world.commands.map(({ commandId }) => commandId)).size).toBe(3);
  });
});

test('a completed instance drops its state and timers, and late events do not revive it', async () => {
  runner = world.run([parrot]);
  await world.tell('a', 'Told', say(schedule('tea', AT(1))));
  await world.tell('a', 'Told', say(send('Last'), { complete: true }));
  await world.tell('a', 'Told', say(send('Late')));
  await caughtUp();
  world.clock.advance(120);
  await world.tell('b', 'Told', say(send('Other')));
  await until('others go on', () => commandTypes().includes('Other'));
  expect(await status()).toMatchObject({ instances: { active: 1, completed: 1 }, timers: { waiting: 0 } });
  expect(commandTypes()).toEqual(['Last', 'Other']);
});

describe('where a new saga begins', () => {
  test('with history, unless it says otherwise', async () => {
    await world.tell('a', 'Told', say(send('History')));
    const fresh: AnySaga = { ...parrot, name: 'fresh', from: 'now' };
    runner = world.run([parrot, fresh]);
    await until('it is registered', async () => (await status('fresh')) !== undefined);
    await world.tell('a', 'Told', say(send('Present')));
    await caughtUp('fresh');
    await until('all is sent', () => world.commands.length === 3);
    expect(commandTypes().filter((type) => type === 'History')).toHaveLength(1);
  });

  test('does not matter to one that is known: it goes on where it stopped', async () => {
    const fresh: AnySaga = { ...parrot, name: 'fresh', from: 'now' };
    runner = world.run([fresh]);
    await until('it is registered', async () => (await status('fresh')) !== undefined);
    await runner.stop();
    await world.tell('a', 'Told', say(send('Missed')));
    runner = world.run([fresh]);
    await until('it catches up', () => world.commands.length === 1);
  });
});

test('the runner refuses sagas that share a name, and states that are not JSON', () => {
  expect(() => world.run([parrot, parrot])).toThrow('share a name');
  expect(() => world.run([{ ...parrot, initialState: undefined }])).toThrow('must be JSON');
});
