import pg from 'pg';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createListener } from '../../../../src/adapters/postgres/connection/listener.js';
import { patience } from '../../../../src/adapters/postgres/connection/patience.js';
import { createPostgresEventStore } from '../../../../src/adapters/postgres/event-store/event-store.js';
import { silentLogger } from '../../../../src/core/logger.js';
import {
  idsOf,
  newStream,
  sampleEvent,
  sampleEvents,
  takeEvents,
} from '../../../contracts/event-store-samples.js';
import { createCuttingProxy } from '../../../support/cutting-proxy.js';
import { createTestDatabase } from '../../../support/database.js';

const database = await createTestDatabase();
const proxy = await createCuttingProxy(database.url);
const cleanups: (() => Promise<void>)[] = [];

function openStore(url: string, options: { giveUpAfterMilliseconds?: number } = {}) {
  const pool = new pg.Pool({ ...patience, connectionString: url, max: 3 });
  pool.on('error', () => {});
  const listener = createListener({ connectionString: url, logger: silentLogger });
  const store = createPostgresEventStore({ pool, listener, ...options });
  cleanups.push(async () => {
    await store.close();
    await listener.close();
    await pool.end();
  });
  return store;
}

afterEach(async () => {
  proxy.restore();
  proxy.speakAgain();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(async () => {
  await steady.close();
  await proxy.close();
  await database.drop();
});

const forever = new AbortController().signal;
const steady = createPostgresEventStore({ pool: database.pool, listener: database.listener });

test.each([
  ['off', 'on'],
  ['remote_apply', 'remote_apply'],
])('in a database that commits with %s by default, appends commit with %s', async (byDefault, used) => {
  const careless = await createTestDatabase();
  const name = new URL(careless.url).pathname.slice(1);
  await database.pool.query(`alter database ${name} set synchronous_commit = ${byDefault}`);
  // Fires at the commit, which goes by what is set then.
  await careless.pool.query(`
    create table commits (synchronous_commit text);
    create function note_commit() returns trigger language plpgsql as
      $$ begin insert into commits values (current_setting('synchronous_commit')); return null; end $$;
    create constraint trigger note_commit after insert on events
      deferrable initially deferred for each row execute function note_commit()`);
  const store = createPostgresEventStore({ pool: careless.pool, listener: careless.listener });
  await store.append(newStream(), sampleEvents(1), 'no-stream');
  await store.append(newStream(), sampleEvents(1), 'any');
  const read = async (sql: string) => (await careless.pool.query(sql)).rows;
  const [byAppend, otherwise] = [{ synchronous_commit: used }, { synchronous_commit: byDefault }];
  expect(await read('select synchronous_commit from commits')).toEqual([byAppend, byAppend]);
  expect(await read('show synchronous_commit')).toEqual([otherwise]);
  await store.close();
  await careless.drop();
});

describe('a lost connection', () => {
  test('after the commit, before the answer: the append gives its result and is stored once', async () => {
    const store = openStore(proxy.url);
    const [stream, events] = [newStream(), sampleEvents(2)];
    proxy.loseAnswerTo('append_to_log');
    const result = await store.append(stream, events, 'no-stream');
    expect(result.revision).toBe(1);
    expect(idsOf(await store.readStream(stream))).toEqual(idsOf(events));
  });

  test('of a whole batch: each append gets the outcome that is its own', async () => {
    const store = openStore(proxy.url);
    const streams = Array.from({ length: 20 }, newStream);
    proxy.loseAnswerTo('append_to_log');
    const outcomes = await Promise.allSettled([
      ...streams.map((stream) => store.append(stream, [sampleEvent()], 'no-stream')),
      ...streams.map((stream) => store.append(stream, [sampleEvent()], 'no-stream')),
    ]);
    const states = outcomes.map((outcome) => outcome.status);
    expect(states).toEqual([...streams.map(() => 'fulfilled'), ...streams.map(() => 'rejected')]);
    for (const stream of streams) expect(await store.readStream(stream)).toHaveLength(1);
  });

  test('a database that comes back in time fails no append and ends no subscription', async () => {
    const store = openStore(proxy.url);
    const after = await store.head();
    const events = sampleEvents(3);
    const reading = takeEvents(store.subscribeAll({ after, signal: forever }), 3);
    await store.append(newStream(), events.slice(0, 1), 'no-stream');
    proxy.cut();
    const appending = store.append(newStream(), events.slice(1), 'no-stream');
    await expect(store.head()).rejects.toMatchObject({ code: 'event_store_unavailable' });
    proxy.restore();
    await appending;
    expect(idsOf(await reading)).toEqual(idsOf(events));
  });

  test('a database that stays away fails appends and reads as unavailable', async () => {
    const store = openStore(proxy.url, { giveUpAfterMilliseconds: 300 });
    proxy.cut();
    const unavailable = { kind: 'unavailable', code: 'event_store_unavailable' };
    await expect(store.append(newStream(), [sampleEvent()], 'any')).rejects.toMatchObject(unavailable);
    await expect(store.readStream('any')).rejects.toMatchObject(unavailable);
    proxy.restore();
    expect(await store.append(newStream(), [sampleEvent()], 'any')).toMatchObject({ revision: 0 });
  });

  test('a server that has become a read-only standby fails no append if the primary is found in time', async () => {
    const admin = await database.pool.connect();
    const name = new URL(database.url).pathname.slice(1);
    await admin.query(`alter database ${name} set default_transaction_read_only = on`);
    try {
      const [stream, events] = [newStream(), sampleEvents(2)];
      const impatient = openStore(database.url, { giveUpAfterMilliseconds: 50 });
      await expect(impatient.append(stream, events, 'no-stream')).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'event_store_unavailable',
      });
      const appending = openStore(database.url).append(stream, events, 'no-stream');
      await admin.query(`alter database ${name} reset default_transaction_read_only`);
      expect(await appending).toMatchObject({ revision: 1 });
    } finally {
      await admin.query(`alter database ${name} reset default_transaction_read_only`);
      admin.release();
    }
  });

  test('a subscription whose listener was cut hears notifications again', async () => {
    const store = openStore(proxy.url);
    const after = await store.head();
    const events = sampleEvents(2);
    const reading = takeEvents(store.subscribeAll({ after, signal: forever }), 2);
    await steady.append(newStream(), events.slice(0, 1), 'no-stream');
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
    );
    await steady.append(newStream(), events.slice(1), 'no-stream');
    expect(idsOf(await reading)).toEqual(idsOf(events));
  });
});

describe('a connection that falls silent', () => {
  test('after the commit: the append is repeated on another one, gives its result and is stored once', async () => {
    const store = openStore(proxy.url);
    const [stream, events] = [newStream(), sampleEvents(2)];
    await store.head();
    proxy.fallSilent({ after: 'append_to_log', newOnesToo: false });
    expect(await store.append(stream, events, 'no-stream')).toMatchObject({ revision: 1 });
    expect(idsOf(await steady.readStream(stream))).toEqual(idsOf(events));
  });

  test('with all others: what waits is told within 15 s, and repeating it finds the first result', async () => {
    const store = openStore(proxy.url);
    const [stream, events] = [newStream(), sampleEvents(2)];
    await store.head();
    proxy.fallSilent({ after: 'append_to_log', newOnesToo: true });
    const startedAt = performance.now();
    const unavailable = { kind: 'unavailable', code: 'event_store_unavailable' };
    await expect(store.append(stream, events, 'no-stream')).rejects.toMatchObject(unavailable);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(idsOf(await steady.readStream(stream))).toEqual(idsOf(events));
    proxy.speakAgain();
    expect(await store.append(stream, events, 'no-stream')).toMatchObject({ revision: 1 });
    expect(await steady.readStream(stream)).toHaveLength(2);
  });
});

describe('a writer that stops in the middle', () => {
  const rawAppend = `select append_events(array[$1], array[-1], array[$1], array[0],
    array[gen_random_uuid()], array['Raw'], array[1], array['{}'], array['{}'])`;

  test.for(['commit', 'rollback'])('holds others up, and after its %s nothing is missing', async (end) => {
    const after = await steady.head();
    const raw = await database.pool.connect();
    const rawStream = newStream();
    await raw.query('begin');
    await raw.query(rawAppend, [rawStream]);
    const [one, two] = [openStore(database.url), openStore(database.url)];
    const appends = [one, two].map((store) => store.append(newStream(), [sampleEvent()], 'no-stream'));
    await waitingForTheLog(2);
    expect(await steady.head()).toBe(after);
    await raw.query(end);
    raw.release();
    const results = await Promise.all(appends);
    const { events, position } = await steady.readAll({ after, limit: 10 });
    expect(events.map((event) => event.stream).includes(rawStream)).toBe(end === 'commit');
    expect(events).toHaveLength(end === 'commit' ? 3 : 2);
    expect(position).toBe(
      results
        .map((result) => result.position)
        .sort()
        .at(-1),
    );
    const places = events.map((event) => Number(event.position) - Number(after));
    expect(places).toEqual(events.map((_, index) => index + 1));
  });

  test('is terminated by the server while others go on', async () => {
    const raw = await database.pool.connect();
    raw.on('error', () => {});
    const { rows } = await raw.query<{ pid: number }>('select pg_backend_pid() as pid');
    await raw.query('begin');
    await raw.query(rawAppend, [newStream()]);
    const append = openStore(database.url).append(newStream(), [sampleEvent()], 'no-stream');
    await waitingForTheLog(1);
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    expect(await append).toMatchObject({ revision: 0 });
    raw.release(true);
  });
});

test.for(['read committed', 'repeatable read', 'serializable'])(
  'writers of several processes on one busy stream all get through where transactions are %s by default',
  async (isolation) => {
    const name = new URL(database.url).pathname.slice(1);
    await database.pool.query(`alter database ${name} set default_transaction_isolation = '${isolation}'`);
    const stream = newStream();
    const stores = Array.from({ length: 4 }, () => openStore(database.url));
    const appends = stores.map(async (store) => {
      for (let round = 0; round < 25; round += 1) {
        await Promise.all([
          store.append(stream, [sampleEvent()], 'any'),
          store.append(newStream(), [sampleEvent()], 'no-stream'),
        ]);
      }
    });
    await Promise.all(appends).finally(() =>
      database.pool.query(`alter database ${name} reset default_transaction_isolation`),
    );
    const stored = await steady.readStream(stream);
    expect(stored.map((event) => event.revision)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  },
);

test('a false notification makes no subscription miss or repeat anything', async () => {
  const store = openStore(database.url);
  const after = await store.head();
  const events = sampleEvents(2);
  const reading = takeEvents(store.subscribeAll({ after, signal: forever }), 2);
  await steady.append(newStream(), events.slice(0, 1), 'no-stream');
  for (const text of ['', 'nonsense', '999999999999']) {
    await database.pool.query('select pg_notify($1, $2)', ['event_log', text]);
  }
  await steady.append(newStream(), events.slice(1), 'no-stream');
  expect(idsOf(await reading)).toEqual(idsOf(events));
});

test('any number of subscriptions needs one connection that listens', async () => {
  const store = openStore(database.url);
  const ended = new AbortController();
  const after = await store.head();
  const readers = Array.from({ length: 20 }, async () => {
    for await (const _ of store.subscribeAll({ after, signal: ended.signal }));
  });
  const listening = async () => {
    const { rows } = await database.pool.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and application_name = 'mediaflow-listener' and query = 'listen event_log'`,
    );
    return rows[0]?.count;
  };
  await expect.poll(listening).toBe(1);
  ended.abort();
  await Promise.all(readers);
  expect(await listening()).toBe(1);
});

/** Resolves when this many connections wait for the log's lock. */
async function waitingForTheLog(count: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { rows } = await database.pool.query<{ count: number }>(
          `select count(*)::int as count from pg_stat_activity
           where datname = current_database() and wait_event = 'advisory'`,
        );
        return rows[0]?.count;
      },
      { timeout: 10_000 },
    )
    .toBe(count);
}
