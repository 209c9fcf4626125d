import { DatabaseError, type Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSettle } from '../../../src/adapters/pg-boss/settle.js';
import { createPostgresCheckpointStore } from '../../../src/adapters/postgres/checkpoint-store.js';
import { orUnavailable, sqlStateOf } from '../../../src/adapters/postgres/connection/database-errors.js';
import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresProjectionStore } from '../../../src/adapters/postgres/projection-store/projection-store.js';
import {
  type OpenReadDatabase,
  openReadDatabase,
} from '../../../src/adapters/postgres/readers/read-database.js';
import { createPostgresSagaStore } from '../../../src/adapters/postgres/saga-store/saga-store.js';
import { createPostgresUploadLedger } from '../../../src/adapters/postgres/upload-ledger.js';
import { isPassing, isRetryable } from '../../../src/core/errors.js';
import type { EventStore } from '../../../src/core/event-store.js';
import { silentLogger } from '../../../src/core/logger.js';
import { START } from '../../../src/core/position.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { RunningJob } from '../../../src/core/running-job.js';
import { createSendCommands } from '../../../src/runtime/job/send-commands.js';
import { catchUp, PoisonEventError } from '../../../src/runtime/projection/catch-up.js';
import { createHandOver } from '../../../src/runtime/saga/saga-hand-over.js';
import { newStream, sampleEvent } from '../../contracts/event-store-samples.js';
import { createFakeClock } from '../../kit/fake-clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const said = (sqlState: string) => () => {
  const error = new DatabaseError(`the server says ${sqlState}`, 0, 'error');
  error.code = sqlState;
  return error;
};
const system = (code: string) => () => Object.assign(new Error(`connect ${code}`), { code });

type Kind = 'passes' | 'disk full' | 'refused';

/** What PostgreSQL, its driver or the system throws, and what it is. */
const CASES: readonly (readonly [string, () => Error, Kind])[] = [
  ['a deadlock', said('40P01'), 'passes'],
  ['a serialisation failure', said('40001'), 'passes'],
  ['a statement timeout', said('57014'), 'passes'],
  ['a lock timeout', said('55P03'), 'passes'],
  ['a transaction that was idle for too long', said('25P03'), 'passes'],
  ['a transaction that took too long', said('25P04'), 'passes'],
  ['a server that is read-only by now', said('25006'), 'passes'],
  ['a connection that failed', said('08006'), 'passes'],
  ['too many connections', said('53300'), 'passes'],
  ['a server out of memory', said('53200'), 'passes'],
  ['an administrator who stops the server', said('57P01'), 'passes'],
  ['a server that crashed', said('57P02'), 'passes'],
  ['a server that is starting up', said('57P03'), 'passes'],
  ['a connection refused', system('ECONNREFUSED'), 'passes'],
  ['a connection reset', system('ECONNRESET'), 'passes'],
  ['a broken pipe, whose code looks like one of the server', system('EPIPE'), 'passes'],
  ['no address of a host that answers', () => new AggregateError([system('ECONNREFUSED')()]), 'passes'],
  ['no answer in time', () => new Error('Query read timeout'), 'passes'],
  ['a connection lost', () => new Error('Connection terminated unexpectedly'), 'passes'],
  ['a full disk', said('53100'), 'disk full'],
  ['a check that a row does not pass', said('23514'), 'refused'],
  ['a statement that is wrong', said('42601'), 'refused'],
  ['a table that is not there', said('42P01'), 'refused'],
  ['a right that we do not have', said('42501'), 'refused'],
  ['a wrong password', said('28P01'), 'refused'],
  ['data that is corrupt', said('XX001'), 'refused'],
  ['a bug of ours', () => new TypeError('x is not a function'), 'refused'],
];

/** What is thrown after the case, so that whoever tries again is told from whoever gives up. */
const END = said('42601');

/** A database of which the first statement meets the case. */
function failingFirst(make: () => Error) {
  let statements = 0;
  const query = () => Promise.reject(statements++ === 0 ? make() : END());
  const client = { query, on() {}, removeListener() {}, release() {} };
  const pool = { query, connect: async () => client } as unknown as Pool;
  return { pool, statements: () => statements };
}

const failingAlways = (make: () => Error) => ({ query: () => Promise.reject(make()) }) as unknown as Pool;

const job: RunningJob = {
  ...{ id: 'j', kind: 'probe', key: 'm1', payload: {}, attempt: 1, maximumAttempts: 3 },
  ...{ correlationId: 'c', causationId: 'e', ...NO_REQUEST },
};
const listener = { listen() {}, suspect() {}, close: async () => {} };
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe.for(CASES)('%s', ([, make, kind]) => {
  const passes = kind !== 'refused';

  test.for<[string, (pool: Pool) => Promise<unknown>, string]>([
    ['event store', (pool) => createPostgresEventStore({ pool, listener }).head(), 'event_store_unavailable'],
    [
      'projection store',
      (pool) => createPostgresProjectionStore({ pool }).load([]),
      'projection_store_unavailable',
    ],
    ['saga store', (pool) => createPostgresSagaStore(pool).head('s'), 'saga_store_unavailable'],
    [
      'checkpoint store',
      (pool) => createPostgresCheckpointStore(pool).load('c'),
      'checkpoint_store_unavailable',
    ],
    ['upload ledger', (pool) => createPostgresUploadLedger(pool).unfinished(), 'upload_ledger_unavailable'],
  ])('is told in the words of the vocabulary by the %s', async ([, ask, code]) => {
    const error = await thrownBy(ask(failingFirst(make).pool));
    expect(isPassing(error)).toBe(passes);
    expect(isRetryable(error)).toBe(true);
    if (kind === 'passes') expect(error).toMatchObject({ kind: 'unavailable', code });
    if (kind === 'disk full') expect(error).toMatchObject({ kind: 'storage-full', code: 'storage_full' });
    if (passes) expect(error).toMatchObject({ cause: { message: make().message } });
  });

  test(kind === 'passes' ? 'has an append made again' : 'fails an append at once', async () => {
    const { pool, statements } = failingFirst(make);
    const store = createPostgresEventStore({ pool, listener, giveUpAfterMilliseconds: 1_000 });
    await thrownBy(store.append(newStream(), [sampleEvent()], 0));
    expect(statements()).toBe(kind === 'passes' ? 2 : 1);
  });

  test(passes ? 'is waited out by whoever follows the log' : 'ends the following of the log', async () => {
    const { pool, statements } = failingFirst(make);
    const store = createPostgresEventStore({ pool, listener });
    const pages = store.subscribeAll({ after: START, signal: new AbortController().signal });
    await thrownBy(pages[Symbol.asyncIterator]().next());
    expect(statements()).toBe(passes ? 2 : 1);
  });

  test(passes ? 'has a view wait where it is' : 'has a view look for the event at fault', async () => {
    const event = {
      ...sampleEvent(),
      stream: 's',
      revision: 0,
      position: '1',
      recordedAt: '2026-01-01T00:00:00Z',
    };
    const store: Pick<EventStore, 'readAll'> = { readAll: async () => ({ events: [event], position: '1' }) };
    const projection = { name: 'view', version: 1, tables: {}, on: { SomethingHappened: () => [] } };
    const options = { store, projectionStore: createPostgresProjectionStore({ pool: failingAlways(make) }) };
    const error = await thrownBy(
      catchUp(
        {
          ...{ ...options, decode: (stored) => stored as never, batchEvents: 10 },
          ...{ clock: createFakeClock(), onAdvanced: () => {}, observePage: () => () => {} },
        },
        projection,
        START,
      ),
    );
    expect(error instanceof PoisonEventError).toBe(!passes);
  });

  test('postpones what a process wants done, and refuses it never', async () => {
    const handOver = createHandOver({
      execute: async () => createPostgresEventStore({ pool: failingAlways(make), listener }).head(),
      queue: { enqueue: async () => expect.unreachable(), cancel: async () => expect.unreachable() },
      ...{ concurrency: 1, clock: createFakeClock(), random: () => 0.5, logger: silentLogger },
    });
    const origin = { correlationId: 'c', causationId: 'e', tenantId: 't', traceparent: null };
    const body = { send: { type: 'Do', data: {} } };
    const outcomes = await handOver([{ id: 'o', saga: 's', instance: 'i', body, origin, attempts: 0 }]);
    expect(outcomes).toEqual([
      { id: 'o', postponed: { error: expect.any(String), dueAt: expect.any(String) } },
    ]);
  });

  test(passes ? 'has a worker wait with its result' : 'has a worker give up after its tries', async () => {
    let tries = 0;
    const send = createSendCommands({
      job,
      pausesSeconds: [0, 0],
      async execute() {
        if (tries++ < 10) await createPostgresEventStore({ pool: failingAlways(make), listener }).head();
      },
    });
    const sending = send('result', [{ type: 'Record', data: {} }], { signal: new AbortController().signal });
    if (passes) await sending;
    else await thrownBy(sending);
    expect(tries).toBe(passes ? 11 : 3);
  });

  test(passes ? 'has the end of a job written again' : 'leaves the end of a job to its lease', async () => {
    let tries = 0;
    const settle = createSettle({
      statements: {
        complete: async () => {
          if (tries++ === 0) orUnavailable('job_queue_unavailable')(make());
          return true;
        },
      } as never,
      deadLetters: {} as never,
      ...{ logger: silentLogger, giveUp: new AbortController().signal },
    });
    await settle(job, { done: true });
    expect(tries).toBe(passes ? 2 : 1);
  });
});

describe('what a real server says', () => {
  const passing = CASES.filter(([, make, kind]) => kind === 'passes' && sqlStateOf(make()) !== '');
  let database: TestDatabase;
  let views: OpenReadDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(`
      create function say(state text) returns void language plpgsql as $$ begin
        raise exception using errcode = state, message = 'said';
      end $$`);
    views = await openReadDatabase({ connectionString: database.url, maximumConnections: 1 });
  });
  afterAll(async () => {
    await views?.close();
    await database?.drop();
  });
  const asked = async (make: () => Error) => thrownBy(views.query('select say($1)', [sqlStateOf(make())]));

  test.for(passing)('%s is told to who reads a view', async ([, make]) => {
    const code = sqlStateOf(make()) === '57014' ? 'query_took_too_long' : 'database_unavailable';
    expect(await asked(make)).toMatchObject({ kind: 'unavailable', code });
  });

  test('a full disk and a wrong statement are told apart from it', async () => {
    expect(await asked(said('53100'))).toMatchObject({ kind: 'storage-full' });
    expect(await asked(said('42601'))).toBeInstanceOf(DatabaseError);
  });
});
