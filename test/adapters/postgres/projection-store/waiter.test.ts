import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createListener } from '../../../../src/adapters/postgres/connection/listener.js';
import { openPool } from '../../../../src/adapters/postgres/connection/open-pool.js';
import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import {
  createPositionWaiter,
  type PositionWaiterOptions,
} from '../../../../src/adapters/postgres/projection-store/waiter.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { placesBetween, positionAt } from '../../../../src/core/numbered-position.js';
import { createTestDatabase } from '../../../support/database.js';
import { until } from '../../../support/projector-harness.js';
import { createSampleTables, sampleProjection } from '../../../support/sample-projection.js';

const database = await createTestDatabase();
const { pool } = database;
const store = createPostgresProjectionStore({ pool });
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((waiter) => waiter.close()));
});
afterAll(() => database.drop());

let count = 0;
async function newView() {
  const name = `waited${++count}`;
  await store.load([{ name, version: 1 }]);
  return {
    name,
    move: (from: string, to: string) => store.advance([{ name, version: 1, from, changes: [] }], to),
  };
}
function open(options: Partial<PositionWaiterOptions> = {}) {
  const listener = createListener({ connectionString: database.url, logger: silentLogger });
  const waiter = createPositionWaiter({
    pool,
    listener,
    logger: silentLogger,
    store: { eventsBetween: placesBetween },
    ...options,
  });
  opened.push({ close: () => Promise.all([waiter.close(), listener.close()]) });
  return waiter;
}
const listeners = async () => {
  const { rows } = await pool.query(
    `select pid from pg_stat_activity where datname = current_database() and query like 'listen mediaflow%'`,
  );
  return rows.map(({ pid }) => pid as number);
};

/** A pool that must not be asked. */
const noPool = { query: () => Promise.reject(new Error('asked the database')) } as never;

describe('waiting for a position', () => {
  test('ends at once, without asking, for what a projector of this process has told', async () => {
    const waiter = open({ pool: noPool });
    waiter.onAdvanced(['a', 'b'], positionAt(5));
    await waiter.waitFor(['a', 'b'], positionAt(5));
    await waiter.waitFor(['b'], positionAt(2));
    await waiter.waitFor(['never heard of'], '');
    // It must hear of a crash that takes back what it has been told.
    await until(async () => (await listeners()).length === 1);
  });

  test('asks the database for what was told before it may have crashed, though nobody had to wait until then', async () => {
    const { name, move } = await newView();
    await move('', positionAt(3));
    const waiter = open();
    // Told after a commit that did not wait for the disk, and that the crash takes back.
    waiter.onAdvanced([name], positionAt(5));
    await waiter.waitFor([name], positionAt(5));
    const [pid] = await until(async () => {
      const pids = await listeners();
      return pids.length > 0 && pids;
    });
    await pool.query('select pg_terminate_backend($1)', [pid]);
    await until(async () => {
      const pids = await listeners();
      return pids.length > 0 && !pids.includes(pid ?? 0);
    });
    const patience = { timeoutMilliseconds: 200 };
    // What was committed before the crash may be told after it.
    waiter.onAdvanced([name], positionAt(5));
    await expect(waiter.waitFor([name], positionAt(5), patience)).rejects.toMatchObject({
      code: 'view_behind',
    });
    await waiter.waitFor([name], positionAt(3), patience);
    waiter.onAdvanced([name], positionAt(5));
    await waiter.waitFor([name], positionAt(5), patience);
  });

  test('asks again for what it was told before any connection of the process was lost', async () => {
    const { name } = await newView();
    const listener = createListener({ connectionString: database.url, logger: silentLogger });
    const lossy = openPool({
      ...{ connectionString: database.url, maximumConnections: 1, logger: silentLogger },
      onLost: listener.suspect,
    });
    const waiter = createPositionWaiter({ pool, listener, logger: silentLogger, store: {} });
    opened.push({ close: () => Promise.all([waiter.close(), listener.close(), lossy.end()]) });
    waiter.onAdvanced([name], positionAt(5));
    await until(async () => (await listeners()).length === 1);
    await waiter.waitFor([name], positionAt(5));
    const { rows } = await lossy.query('select pg_backend_pid() as pid');
    await pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await until(async () => lossy.totalCount === 0);
    const waiting = waiter.waitFor([name], positionAt(5), { timeoutMilliseconds: 200 });
    await expect(waiting).rejects.toMatchObject({ code: 'view_behind' });
  });

  test('does not believe an answer of the database that was on its way when the connection was lost', async () => {
    const answer = Promise.withResolvers<{ rows: unknown[] }>();
    const late = { query: () => answer.promise } as never;
    const { name } = await newView();
    let lose = () => {};
    const listener = {
      listen: (_channel: string, _hear: unknown, onLost = () => {}) => {
        lose = onLost;
      },
      suspect: () => {},
      close: () => Promise.resolve(),
    };
    const waiter = createPositionWaiter({ pool: late, listener, logger: silentLogger, store: {} });
    const waiting = waiter.waitFor([name], positionAt(5), { timeoutMilliseconds: 50 });
    lose();
    answer.resolve({ rows: [{ name, position: positionAt(5), rebuild: null, failed: false }] });
    await answer.promise;
    waiter.close();
    await expect(waiting).rejects.toMatchObject({ code: 'view_behind' });
  });

  test('ends when the last of its views has passed', async () => {
    const waiter = open({ pool: noPool });
    let passed = false;
    const waiting = waiter.waitFor(['a', 'b'], positionAt(5)).then(() => {
      passed = true;
    });
    waiter.onAdvanced(['a'], positionAt(9));
    waiter.onAdvanced(['b'], positionAt(4));
    await Promise.resolve();
    expect(passed).toBe(false);
    waiter.onAdvanced(['b'], positionAt(5));
    await waiting;
  });

  test('finds what another process has shown long before', async () => {
    const { name, move } = await newView();
    await move('', positionAt(3));
    await open({ pollMilliseconds: 60_000 }).waitFor([name], positionAt(3));
  });

  test('hears another process through a notification, without polling', async () => {
    const { name, move } = await newView();
    const waiter = open({ pollMilliseconds: 60_000 });
    const waiting = waiter.waitFor([name], positionAt(7));
    await until(async () => (await listeners()).length > 0);
    await move('', positionAt(7));
    await waiting;
  });

  test('polls while nothing can be heard, and the listening goes on by itself', async () => {
    const { name, move } = await newView();
    const waiter = open({ pollMilliseconds: 10 });
    const first = waiter.waitFor([name], positionAt(1));
    const [pid] = await until(async () => {
      const pids = await listeners();
      return pids.length > 0 && pids;
    });
    await pool.query('select pg_terminate_backend($1)', [pid]);
    await until(async () => !(await listeners()).includes(pid ?? 0));
    await move('', positionAt(1));
    await first;
    const second = waiter.waitFor([name], positionAt(2));
    await until(async () => (await listeners()).length > 0);
    await move(positionAt(1), positionAt(2));
    await second;
  });

  test('ends at once when a view stands still at an event, and not when it is past already', async () => {
    const { name, move } = await newView();
    await move('', positionAt(1));
    const failure = { eventId: 'e2', eventType: 'Poison', message: 'cannot read poison', attempts: 1 };
    await store.recordFailure(
      { name, version: 1 },
      { ...failure, position: positionAt(2), failedAt: '2026-11-21T09:30:00.000Z' },
    );
    const waiter = open();
    await waiter.waitFor([name], positionAt(1), { timeoutMilliseconds: 60_000 });
    await expect(
      waiter.waitFor([name], positionAt(2), { timeoutMilliseconds: 60_000 }),
    ).rejects.toMatchObject({ kind: 'unavailable', code: 'view_failed', details: { projections: [name] } });
    await move(positionAt(1), positionAt(2));
    await waiter.waitFor([name], positionAt(2));
  });

  test('ends at once while a newer version of a view is filled, saying how far that is and when to come back', async () => {
    await createSampleTables(pool, 'raised');
    await store.load([{ name: 'raised', version: 1 }]);
    const session = await store.openRebuild(sampleProjection('raised', { version: 2 }), { resume: true });
    const progress = { head: positionAt(200), eventsApplied: 50, eventsPerSecond: 10, etaSeconds: 14.2 };
    await session.advance({ from: '', to: positionAt(50), changes: [], progress });
    const waiter = open();
    await expect(waiter.waitFor(['raised'], positionAt(201))).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'view_rebuilding',
      details: { projections: ['raised'], percent: 25, retryAfterSeconds: 15 },
    });

    // What is nearly done is waited for.
    await session.advance({
      from: positionAt(50),
      to: positionAt(201),
      changes: [],
      progress: { ...progress, etaSeconds: 0 },
    });
    const waiting = waiter.waitFor(['raised'], positionAt(201));
    expect(await session.swap()).toBe('swapped');
    await waiting;
    await session.close();
  });

  test('ends at once also where the event store cannot tell how much of it is left', async () => {
    await createSampleTables(pool, 'untold');
    await store.load([{ name: 'untold', version: 1 }]);
    const session = await store.openRebuild(sampleProjection('untold', { version: 2 }), { resume: true });
    const progress = { head: positionAt(200), eventsApplied: 50, eventsPerSecond: 10, etaSeconds: null };
    await session.advance({ from: '', to: positionAt(50), changes: [], progress });
    const waiter = open({ store: {} });
    await expect(waiter.waitFor(['untold'], positionAt(201))).rejects.toMatchObject({
      code: 'view_rebuilding',
      message: expect.stringMatching(/filled anew after an upgrade: nobody can tell for how long$/),
      details: { projections: ['untold'], percent: null, retryAfterSeconds: 30 },
    });

    await session.advance({
      ...{ from: positionAt(50), to: positionAt(201), changes: [] },
      progress: { ...progress, etaSeconds: 0 },
    });
    const waiting = waiter.waitFor(['untold'], positionAt(201));
    expect(await session.swap()).toBe('swapped');
    await waiting;
    await session.close();
  });

  test('goes on while a view is filled anew in the version it has, whose rows follow the log meanwhile', async () => {
    await createSampleTables(pool, 'same');
    await store.load([{ name: 'same', version: 1 }]);
    const session = await store.openRebuild(sampleProjection('same'), { resume: true });
    const progress = { head: positionAt(200), eventsApplied: 50, eventsPerSecond: 10, etaSeconds: 14.2 };
    await session.advance({ from: '', to: positionAt(50), changes: [], progress });
    const waiting = open({ pollMilliseconds: 10 }).waitFor(['same'], positionAt(201));
    await store.advance([{ name: 'same', version: 1, from: '', changes: [] }], positionAt(201));
    await waiting;
    await session.close();
  });

  test('gives up after its time, when the reader leaves, and when the service stops', async () => {
    const { name } = await newView();
    const waiter = open();
    const behind = { kind: 'unavailable', code: 'view_behind', details: { retryAfterSeconds: 1 } };
    await expect(waiter.waitFor([name], positionAt(1), { timeoutMilliseconds: 20 })).rejects.toMatchObject(
      behind,
    );
    const leaving = new AbortController();
    const left = waiter.waitFor([name], positionAt(1), { signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toMatchObject(behind);
    const stopped = waiter.waitFor([name], positionAt(1));
    const outcome = expect(stopped).rejects.toMatchObject({ code: 'view_behind' });
    await waiter.close();
    await outcome;
  });
});
