import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresSagaStore } from '../../../src/adapters/postgres/saga-store/saga-store.js';
import type { EventStore } from '../../../src/core/event-store.js';
import type { SagaStore } from '../../../src/core/saga-store.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { parrot, run, say, send } from '../../support/parrot-saga.js';
import { perform, type Scene } from '../../support/saga-script.js';
import { createSagaWorld, sagaEvent, until } from '../../support/saga-world.js';

let database: TestDatabase;
let sagaStore: SagaStore;
let store: EventStore;
beforeEach(async () => {
  database = await createTestDatabase();
  sagaStore = createPostgresSagaStore(database.pool);
  store = createPostgresEventStore({ pool: database.pool, listener: database.listener });
});
afterEach(async () => {
  await store.close();
  await database.drop();
});

const forget = () =>
  database.pool.query('truncate sagas, saga_instances, saga_parked_inputs, saga_timers, saga_outbox');

const scenes: readonly Scene[] = [
  {
    told: [
      {
        instance: 'a',
        say: [run('one'), send('Two'), { schedule: { timer: 'tea', at: '2026-11-21T09:01:00.000Z' } }],
      },
      { instance: 'b', say: [send('Only'), { complete: true }] },
      { instance: 'a', say: [send('Three'), { cancel: { timer: 'none' } }] },
    ],
    thenSeconds: 60,
  },
];

test('a process that dies at any call leaves the same effects', async () => {
  const undisturbed = await perform(scenes);
  let atCall = 1;
  for (; atCall <= undisturbed.calls + 1; atCall++) {
    for (const takesEffect of [false, true]) {
      await forget();
      const disturbed = await perform(scenes, [{ atCall, takesEffect }], { sagaStore });
      expect(disturbed.effects).toEqual(undisturbed.effects);
      expect(disturbed.states).toEqual(undisturbed.states);
    }
  }
  expect(atCall).toBeGreaterThan(8);
});

describe('a thousand events of fifty instances', () => {
  const EVENTS = 1000;
  const INSTANCES = 50;
  const instances = Array.from({ length: INSTANCES }, (_, index) => `instance ${index}`);

  async function tellAll(): Promise<void> {
    const events = Array.from({ length: EVENTS }, (_, index) =>
      sagaEvent(`instance ${index % INSTANCES}`, 'Told', say(send('Do', { index }), run(`job ${index}`))),
    );
    for (let first = 0; first < EVENTS; first += 50)
      await store.append(`batch ${first}`, events.slice(first, first + 50), 'any');
  }

  async function expectAllOnce(world: ReturnType<typeof createSagaWorld>): Promise<void> {
    const commands = new Map(world.commands.map((request) => [request.commandId, request.command.data]));
    expect(commands.size).toBe(EVENTS);
    expect(new Set([...commands.values()].map((data) => JSON.stringify(data))).size).toBe(EVENTS);
    expect(new Set(world.jobs.map(({ id }) => id)).size).toBe(EVENTS);
    const states = await sagaStore.instances('parrot', instances);
    expect(states.map(({ state }) => state)).toEqual(
      Array(INSTANCES).fill(`{"inputs":${EVENTS / INSTANCES}}`),
    );
  }

  const allDone = async () => {
    const [status] = await sagaStore.status();
    return status?.checkpoint === (await store.head()) && status.outbox.waiting === 0;
  };

  test('are each taken once by two runners at once', async () => {
    const world = createSagaWorld({ store, sagaStore });
    const runners = [world.run([parrot]), world.run([parrot])];
    await tellAll();
    await until('all is done', async () => {
      world.clock.advance(1);
      return allDone();
    });
    await Promise.all(runners.map((runner) => runner.stop()));
    await expectAllOnce(world);
  });

  test('are each taken once while the server ends every connection again and again', async () => {
    const admin = new pg.Pool({ connectionString: inject('administratorUrl'), max: 1 });
    const world = createSagaWorld({ store, sagaStore });
    const runner = world.run([parrot]);
    const endConnections = () =>
      admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        new URL(database.url).pathname.slice(1),
      ]);
    try {
      let told = false;
      const telling = tellAll().then(() => {
        told = true;
      });
      let ended = 0;
      await until('all is told and done, however often the connections end', async () => {
        if (ended < 8) ended += (await endConnections()).rowCount ? 1 : 0;
        world.clock.advance(1);
        return told && ended >= 8 && (await allDone().catch(() => false));
      });
      await telling;
    } finally {
      await runner.stop();
      await admin.end();
    }
    await expectAllOnce(world);
  });
});
