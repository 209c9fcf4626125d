import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryEventStore } from '../../../../src/adapters/memory/event-store.js';
import { createMemoryLog } from '../../../../src/adapters/memory/memory-log.js';
import { openPool } from '../../../../src/adapters/postgres/connection/open-pool.js';
import { createPostgresEventStore } from '../../../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import { createProjectionStatusReader } from '../../../../src/adapters/postgres/projection-store/status.js';
import { createPositionWaiter } from '../../../../src/adapters/postgres/projection-store/waiter.js';
import type { EventStore } from '../../../../src/core/event-store.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { isAfter } from '../../../../src/core/position.js';
import type { RowOperation } from '../../../../src/core/projection.js';
import type { AnyProjection } from '../../../../src/core/projection-store.js';
import { systemClock } from '../../../../src/runtime/clock.js';
import { createCuttingProxy } from '../../../support/cutting-proxy.js';
import { createTestDatabase } from '../../../support/database.js';
import { type StartedProjector, startProjector, until } from '../../../support/projector-harness.js';
import {
  createSampleTables,
  rowsChanged,
  sampleEvent,
  sampleProjection,
} from '../../../support/sample-projection.js';

const database = await createTestDatabase();
const { pool } = database;
const waiter = createPositionWaiter({ pool, listener: database.listener, logger: silentLogger, store: {} });
const started: StartedProjector[] = [];
let store: EventStore;
let name = '';
let count = 0;

beforeEach(async () => {
  name = `live${++count}`;
  // Nothing may count on every position being an event's.
  store = createMemoryEventStore(createMemoryLog({ systemRecords: 2 }));
  await createSampleTables(pool, name);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((projector) => projector.stop()));
});
afterAll(async () => {
  waiter.close();
  await database.drop();
});

function start(projections: readonly AnyProjection[], options: Parameters<typeof startProjector>[3] = {}) {
  const projector = startProjector(pool, store, projections, options);
  started.push(projector);
  return projector;
}

const append = async (...operations: RowOperation[]) =>
  (await store.append('stream', [rowsChanged(...operations)], 'any')).position;
const put = (id: string, row = {}): RowOperation => ({
  put: `${name}_items`,
  key: { id },
  row: { title: id, ...row },
});
const play = (id: string): RowOperation => ({ increment: `${name}_items`, key: { id }, by: { plays: 1 } });
const playsOf = async (view = name, id = 'a') => {
  const { rows } = await pool.query(`select plays::integer from ${view}_items where id = $1`, [id]);
  return rows[0]?.plays;
};
const statusOf = async (view: string) =>
  (await createProjectionStatusReader({ pool, store })()).find((status) => status.name === view);

describe('a projector', () => {
  test('shows an appended event in its view, and passes events that are none of its business', async () => {
    start([sampleProjection(name)]);
    await append(put('a'));
    const { position } = await store.append('stream', [sampleEvent('SomethingElse')], 'any');
    await waiter.waitFor([name], position);
    const { rows } = await pool.query(`select id, title, state, plays from ${name}_items`);
    expect(rows).toEqual([{ id: 'a', title: 'a', state: 'new', plays: '0' }]);
  });

  test('goes on at its checkpoint after a restart', async () => {
    const first = start([sampleProjection(name)]);
    await waiter.waitFor([name], await append(put('a'), play('a')));
    await first.stop();
    await append(play('a'));
    start([sampleProjection(name)]);
    await waiter.waitFor([name], await append(play('a')));
    expect(await playsOf()).toBe(3);
  });

  test('reads the log once for all views that stand at the same place', async () => {
    const names = [name, `${name}_second`, `${name}_third`];
    for (const view of names.slice(1)) await createSampleTables(pool, view);
    const reads: string[] = [];
    const watched: EventStore = {
      ...store,
      readAll: (options) => {
        reads.push('page');
        return store.readAll(options);
      },
      subscribeAll: (options) => {
        reads.push('subscription');
        return store.subscribeAll(options);
      },
    };
    started.push(
      startProjector(
        pool,
        watched,
        names.map((view) => sampleProjection(view, { on: { Counted: () => [] } })),
      ),
    );
    await waiter.waitFor(names, (await store.append('stream', [sampleEvent('Counted')], 'any')).position);
    await waiter.waitFor(names, await append(put('a')));
    expect(reads).toEqual(['subscription']);
  });

  test('feeds views that stand at different places, and lets the one behind catch up and join', async () => {
    const other = `${name}_other`;
    await createSampleTables(pool, other);
    const ahead = sampleProjection(name);
    const behind = sampleProjection(other, {
      on: {
        RowsChanged: () => [
          { increment: `${other}_tags`, key: { item_id: 'a', tag: 'n' }, by: { weight: 1 } },
        ],
      },
    });
    const first = start([ahead]);
    for (let index = 0; index < 30; index++) await append(put('a'), play('a'));
    await waiter.waitFor([name], await store.head());
    await first.stop();
    start([ahead, behind], { batchEvents: 7 });
    await waiter.waitFor([name, other], await append(play('a')));
    await waiter.waitFor([name, other], await append(play('a')));
    const { rows } = await pool.query(`select weight::integer from ${other}_tags`);
    expect(rows).toEqual([{ weight: 32 }]);
    expect(await playsOf()).toBe(3);
  });

  test('stops a view alone at an event it cannot handle, says which, and goes on once it can', async () => {
    const broken = `${name}_broken`;
    await createSampleTables(pool, broken);
    let cured = false;
    const fragile = sampleProjection(broken, {
      on: {
        RowsChanged: (event: { data: { operations: { key: { id: string } }[] } }) => {
          const id = event.data.operations[0]?.key.id ?? '';
          if (id === 'poison' && !cured) throw new Error('cannot read poison');
          return [{ put: `${broken}_items`, key: { id }, row: { title: id } }];
        },
      },
    });
    start([sampleProjection(name), fragile]);
    const good = await append(put('before'));
    const bad = await append(put('poison'));
    const later = await append(put('after'));
    await waiter.waitFor([name], later);
    const failed = await until(async () => {
      const status = await statusOf(broken);
      return status?.status === 'failed' && (status.failure?.attempts ?? 0) > 1 && status;
    });
    expect(failed.position).toBe(good);
    expect(failed.failure).toMatchObject({
      position: bad,
      message: 'cannot read poison',
      eventType: 'RowsChanged',
    });
    expect(await statusOf(name)).toMatchObject({ status: 'live', failure: null });

    cured = true;
    await until(async () => !isAfter(later, (await statusOf(broken))?.position ?? ''));
    const { rows } = await pool.query(`select id from ${broken}_items order by id`);
    expect(rows).toEqual([{ id: 'after' }, { id: 'before' }, { id: 'poison' }]);
    expect(await until(async () => (await statusOf(broken))?.failure === null)).toBe(true);
  });

  test('stops a view alone at rows the database refuses', async () => {
    const other = `${name}_other`;
    await createSampleTables(pool, other);
    start([
      sampleProjection(name),
      sampleProjection(other, {
        on: {
          Counted: () => [{ increment: `${other}_tags`, key: { item_id: 'a', tag: 'n' }, by: { weight: 1 } }],
        },
      }),
    ]);
    await append(put('a'));
    const { position: bad } = await store
      .append('stream', [rowsChanged(put('b', { plays: 'many' })), sampleEvent('Counted')], 'any')
      .then(({ position }) => ({ position }));
    await waiter.waitFor([other], bad);
    const failed = await until(async () => {
      const status = await statusOf(name);
      return status?.status === 'failed' && status;
    });
    expect(failed.failure?.message).toContain('many');
    expect(await playsOf(name, 'a')).toBe(0);
  });

  test('applies nothing twice beside another projector, while connections break', async () => {
    const events = createPostgresEventStore({ pool, listener: database.listener });
    store = events;
    for (let index = 0; index < 3; index++) start([sampleProjection(name)], { batchEvents: 5 });
    let position = await append(put('a'));
    let breaking = true;
    const breaks = (async () => {
      while (breaking) {
        await pool
          .query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and query like '%projection_checkpoints%'`,
          )
          .catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    })();
    for (let index = 0; index < 200; index++) {
      position = await append(play('a')).catch(() => append(play('a')));
    }
    breaking = false;
    await breaks;
    await waiter.waitFor([name], position, { timeoutMilliseconds: 20_000 });
    const { rows } = await pool.query(
      `select count(*)::integer as plays from events where data::text like '%increment%'`,
    );
    expect(await playsOf()).toBe(rows[0].plays);
    await Promise.all(started.splice(0).map((projector) => projector.stop()));
    await events.close();
  });

  test('waits for a database that is away, and stops at once when told so', async () => {
    const real = createPostgresProjectionStore({ pool });
    let away = true;
    const projector = start([sampleProjection(name)], {
      projectionStore: {
        ...real,
        load: (projections) =>
          away
            ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), {}))
            : real.load(projections),
      },
      retryInSeconds: () => 0.01,
    });
    const position = await append(put('a'));
    await expect(waiter.waitFor([name], position, { timeoutMilliseconds: 60 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'view_behind',
    });
    away = false;
    await waiter.waitFor([name], position);
    await projector.stop();
    const patient = start([sampleProjection(`${name}_x`)], {
      retryInSeconds: () => 60,
      projectionStore: { ...real, load: () => Promise.reject(new Error('away')) },
    });
    const startedAt = performance.now();
    await patient.stop();
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  test('shows anew what a crash of the database took back, though nothing happens any more', async () => {
    const hasty = (seconds: number, signal: AbortSignal) =>
      systemClock.sleep(Math.min(seconds, 0.02), signal);
    start([sampleProjection(name)], { clock: { ...systemClock, sleep: hasty } });
    const position = await append(put('a'), play('a'));
    await waiter.waitFor([name], position);
    await pool.query(
      `with lost as (delete from ${name}_items)
       update projection_checkpoints set position = '' where name = '${name}'`,
    );
    await until(async () => !isAfter(position, (await statusOf(name))?.position ?? ''));
    expect(await playsOf()).toBe(1);
  });

  test('rebuilds a view whose version was raised, by itself, and leaves one of a newer release alone', async () => {
    const first = start([sampleProjection(name)]);
    await waiter.waitFor([name], await append(put('a'), play('a')));
    await first.stop();
    const doubled = sampleProjection(name, {
      version: 2,
      on: {
        RowsChanged: (event: { data: { operations: RowOperation[] } }) =>
          event.data.operations.flatMap((operation): RowOperation[] =>
            'increment' in operation ? [operation, operation] : [operation],
          ),
      },
    });
    const broken = {
      ...doubled,
      on: {
        RowsChanged: () => {
          throw new Error('half a release');
        },
      },
    };
    const half = start([broken]);
    await until(async () => (await statusOf(name))?.failure);
    await half.stop();
    expect(await statusOf(name)).toMatchObject({
      status: 'failed',
      version: 1,
      failure: { message: 'half a release' },
      rebuild: { active: false, version: 2, message: 'half a release' },
    });
    expect(await playsOf()).toBe(1);

    const second = start([doubled]);
    await until(async () => (await statusOf(name))?.version === 2);
    await waiter.waitFor([name], await append(play('a')));
    expect(await playsOf()).toBe(4);
    await second.stop();

    start([sampleProjection(name)]);
    const position = await append(play('a'));
    await expect(waiter.waitFor([name], position, { timeoutMilliseconds: 200 })).rejects.toThrow();
    expect(await playsOf()).toBe(4);
  });
});

test('a projector whose database is away says so once, with nothing to project too, and says when it goes on', async () => {
  const told: string[] = [];
  const note = (_fields: object, message: string) => void told.push(message);
  const logger = { ...silentLogger, info: note, warn: note };
  const proxy = await createCuttingProxy(database.url);
  const ownPool = openPool({ connectionString: proxy.url, maximumConnections: 2, logger: silentLogger });
  let looks = 0;
  const clock = {
    ...systemClock,
    sleep: (_seconds: number, signal: AbortSignal) => {
      looks += 1;
      return systemClock.sleep(0.02, signal);
    },
  };
  const projector = startProjector(ownPool, store, [sampleProjection(name)], { clock, logger });
  await waiter.waitFor([name], await append(put('a')));
  proxy.cut();
  await until(async () => told.length > 0);
  const looksBefore = looks;
  await until(async () => looks > looksBefore + 20);
  expect(told).toEqual(['Projections wait for their database']);
  proxy.restore();
  await until(async () => told.length > 1);
  expect(told).toEqual(['Projections wait for their database', 'Projections go on']);
  await projector.stop();
  await ownPool.end();
  await proxy.close();
});
