import { expect, test } from 'vitest';
import type { Listener } from '../../../../src/adapters/postgres/connection/listener.js';
import { createPostgresEventStore } from '../../../../src/adapters/postgres/event-store/event-store.js';
import { eventStoreContract } from '../../../contracts/event-store.contract.js';
import { newStream, sampleEvent } from '../../../contracts/event-store-samples.js';
import { createTestDatabase } from '../../../support/database.js';

eventStoreContract('PostgreSQL', { idempotency: 'by-event-id' }, async () => {
  const database = await createTestDatabase();
  return {
    open: async () => createPostgresEventStore({ pool: database.pool, listener: database.listener }),
    async cutConnections() {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
    },
    stop: () => database.drop(),
  };
});

/** A store of its own that tells how often its pool was asked something. */
async function countingReads(options: { readonly pollIntervalMilliseconds?: number } = {}) {
  const database = await createTestDatabase();
  let reads = 0;
  const pool = new Proxy(database.pool, {
    get(target, name, receiver) {
      if (name === 'query') reads++;
      return Reflect.get(target, name, receiver);
    },
  });
  const store = createPostgresEventStore({ pool, listener: database.listener, ...options });
  return {
    store,
    reads: () => reads,
    async stop() {
      await store.close();
      await database.drop();
    },
  };
}

test('readers who wait at the same place share what they read, so that many of them do not keep appends waiting', async () => {
  const READERS = 100;
  const { store, reads, stop } = await countingReads();
  const ended = new AbortController();
  const { position } = await store.append(newStream(), [sampleEvent()], 'no-stream');
  const pages = Array.from({ length: READERS }, () =>
    store.subscribeAll({ after: position, signal: ended.signal })[Symbol.asyncIterator](),
  );
  for (let round = 0; round < 3; round++) {
    const next = pages.map((each) => each.next());
    const { position: appended } = await store.append(newStream(), [sampleEvent()], 'no-stream');
    for (const page of await Promise.all(next)) expect(page.value?.position).toBe(appended);
  }
  // Polls while waiting are reads too, and how many there are depends on the machine.
  expect(reads()).toBeLessThan(READERS);
  ended.abort();
  await stop();
});

test('streams that are read while others are being read are read together, each as it is by then', async () => {
  const STREAMS = 60;
  const { store, reads, stop } = await countingReads();
  const streams = Array.from({ length: STREAMS }, newStream);
  const append = () => Promise.all(streams.map((stream) => store.append(stream, [sampleEvent()], 'any')));
  await append();
  const before = await Promise.all(streams.map((stream) => store.readStream(stream)));
  expect(before.map((events) => events.map(({ stream }) => stream))).toEqual(streams.map((name) => [name]));
  const first = store.readStream(newStream());
  await append();
  const after = await Promise.all(
    before.map(([last], index) => last && store.readStreamAfter(streams[index] ?? '', last)),
  );
  expect(after.map((events) => events?.map(({ stream, revision }) => [stream, revision]))).toEqual(
    streams.map((name) => [[name, 1]]),
  );
  expect(await first).toEqual([]);
  expect(reads()).toBeLessThan(10);
  await stop();
});

test('a stream whose name the database cannot take fails alone', async () => {
  const { store, stop } = await countingReads();
  const stream = newStream();
  await store.append(stream, [sampleEvent()], 'any');
  const [one, none, other] = await Promise.allSettled([
    store.readStream(stream),
    store.readStream('null\0'),
    store.readStream(stream),
  ]);
  expect([one.status, none.status, other.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(one).toEqual(other);
  await stop();
});

test('a subscription does not read what was said to hold nothing for it, and misses nothing that comes after', async () => {
  const { store, reads, stop } = await countingReads({ pollIntervalMilliseconds: 60_000 });
  const ended = new AbortController();
  const { position } = await store.append(newStream(), [sampleEvent()], 'no-stream');
  const filter = { types: ['Wanted'] };
  const pages = store.subscribeAll({ after: position, filter, signal: ended.signal })[Symbol.asyncIterator]();
  let next = pages.next();
  for (let round = 0; round < 20; round++) {
    const appended = await store.append(newStream(), [sampleEvent()], 'any');
    expect((await next).value).toEqual({ events: [], position: appended.position });
    next = pages.next();
  }
  expect(reads()).toBeLessThan(5);
  await store.append(newStream(), [{ ...sampleEvent(), type: 'Wanted' }], 'any');
  expect((await next).value?.events).toHaveLength(1);
  ended.abort();
  await stop();
});

test('what was said of the log is forgotten with its server, whose successor may hold something else', async () => {
  const database = await createTestDatabase();
  let lose = () => {};
  // What it writes itself it knows anyway, and word that comes late would not be of the server before.
  const listener: Listener = {
    ...database.listener,
    listen(_, __, onLost = () => {}) {
      lose = onLost;
    },
  };
  const store = createPostgresEventStore({ pool: database.pool, listener, pollIntervalMilliseconds: 60_000 });
  const ended = new AbortController();
  const { position: after } = await store.append(newStream(), [sampleEvent()], 'no-stream');
  const subscribe = () =>
    store
      .subscribeAll({ after, filter: { types: ['Wanted'] }, signal: ended.signal })
      [Symbol.asyncIterator]();
  const waiting = subscribe().next();
  await store.append(newStream(), [sampleEvent()], 'no-stream');
  expect((await waiting).value?.events).toEqual([]);

  await database.pool.query(
    `update events set type = 'Wanted' where position = (select max(position) from events)`,
  );
  lose();
  expect((await subscribe().next()).value?.events).toMatchObject([{ type: 'Wanted' }]);
  ended.abort();
  await store.close();
  await database.drop();
});

test('the log is read on by a process whose newer neighbour has added a column to it', async () => {
  const database = await createTestDatabase();
  const store = createPostgresEventStore(database);
  const stream = newStream();
  await store.append(stream, [sampleEvent()], 'no-stream');
  const read = async () => [
    await store.readStream(stream),
    (await store.readAll({ after: '', limit: 10 })).events,
  ];
  const before = await read();
  await database.pool.query('alter table events add column added text');
  expect(await read()).toEqual(before);
  await store.close();
  await database.drop();
});
