import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createPgBossJobQueue } from '../../../../src/adapters/pg-boss/job-queue.js';
import { createPostgresCheckpointStore } from '../../../../src/adapters/postgres/checkpoint-store.js';
import { createListener, type Listener } from '../../../../src/adapters/postgres/connection/listener.js';
import { openPool } from '../../../../src/adapters/postgres/connection/open-pool.js';
import { createPostgresEventStore } from '../../../../src/adapters/postgres/event-store/event-store.js';
import { createLeaseLocker } from '../../../../src/adapters/postgres/lease-locker.js';
import { createPostgresPersonalKeys } from '../../../../src/adapters/postgres/personal-keys/personal-keys.js';
import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import { openReadDatabase } from '../../../../src/adapters/postgres/readers/read-database.js';
import { createPostgresSagaStore } from '../../../../src/adapters/postgres/saga-store/saga-store.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { checkpointStoreContract } from '../../../contracts/checkpoint-store.contract.js';
import { eventStoreContract } from '../../../contracts/event-store.contract.js';
import { jobQueueContract } from '../../../contracts/job-queue.contract.js';
import { lockerContract } from '../../../contracts/locker.contract.js';
import { personalKeysContract } from '../../../contracts/personal-keys.contract.js';
import { describeProjectionStore } from '../../../contracts/projection-store.contract.js';
import { sagaStoreContract } from '../../../contracts/saga-store.contract.js';
import { type PgBouncer, startPgBouncer } from '../../../support/pgbouncer.js';
import { createSampleTables } from '../../../support/sample-projection.js';
import { startMortalWorker } from '../../pg-boss/queues.js';
import { openPooledDatabase } from './pooled-database.js';

const bouncer: PgBouncer = await startPgBouncer(inject('postgresUrl'));
const shared = await openPooledDatabase(bouncer);
const sessions = openPool({
  ...{ connectionString: shared.direct.url, maximumConnections: 8, logger: silentLogger },
});
let before = 0;
beforeAll(async () => {
  before = await bouncer.transactions();
});
afterAll(async () => {
  await sessions.end();
  await shared.drop();
  await bouncer.stop();
});

eventStoreContract('PostgreSQL behind PgBouncer', { idempotency: 'by-event-id' }, async () => {
  const database = await openPooledDatabase(bouncer);
  return {
    open: async () => createPostgresEventStore({ pool: database.pool, listener: database.direct.listener }),
    async cutConnections() {
      await database.direct.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
    },
    stop: () => database.drop(),
  };
});

describeProjectionStore('PostgreSQL behind PgBouncer', {
  store: createPostgresProjectionStore({ pool: shared.pool, sessions }),
  createTables: (name) => createSampleTables(shared.direct.pool, name),
  async items(name) {
    const { rows } = await shared.pool.query(`select id, plays::integer from ${name}_items order by id`);
    return rows;
  },
});

describe('sagas behind PgBouncer', () => {
  sagaStoreContract(async () => createPostgresSagaStore(shared.pool));
});

checkpointStoreContract('PostgreSQL behind PgBouncer', async () => {
  const database = await openPooledDatabase(bouncer);
  return { open: () => createPostgresCheckpointStore(database.pool), stop: () => database.drop() };
});

describe('leases behind PgBouncer', () => {
  lockerContract(async () => {
    await shared.pool.query('delete from locks');
    const open = () => createLeaseLocker({ pool: shared.pool, leaseSeconds: 60 });
    return [open(), open()];
  });
});

personalKeysContract('PostgreSQL behind PgBouncer', async () => {
  const database = await openPooledDatabase(bouncer);
  const listeners: Listener[] = [];
  return {
    open() {
      const listener = createListener({ connectionString: database.direct.url, logger: silentLogger });
      listeners.push(listener);
      return createPostgresPersonalKeys({ pool: database.pool, listener });
    },
    async stop() {
      await Promise.all(listeners.map((listener) => listener.close()));
      await database.drop();
    },
  };
});

jobQueueContract('pg-boss behind PgBouncer', { delivers: 'once' }, async () => {
  const database = await openPooledDatabase(bouncer);
  const open = (kinds: Parameters<typeof createPgBossJobQueue>[0]['kinds'], { hints } = { hints: true }) =>
    createPgBossJobQueue({
      ...{ connectionString: database.url, directConnectionString: database.direct.url },
      ...{ kinds, logger: silentLogger, exclusive: !hints },
      ...{ pollIntervalSeconds: 0.1, abandonAfterSeconds: 0.3 },
    });
  return {
    open,
    async loseWorker(job, policy) {
      const worker = startMortalWorker(database.direct.url, job.kind, policy);
      const sender = await open([{ kind: job.kind, policy }]);
      await sender.enqueue([job]);
      await sender.stop({ graceSeconds: 0 });
      await worker.dieAtWork();
    },
    destroy: () => database.drop(),
  };
});

test('a question that takes longer than its caller may is ended by the server, though the connection is lent by the transaction', async () => {
  const database = await openReadDatabase({
    ...{ connectionString: shared.url, isPooled: true, maximumConnections: 2 },
    statementTimeoutMilliseconds: 200,
  });
  await expect(database.query('select pg_sleep(20)')).rejects.toMatchObject({ code: 'query_took_too_long' });
  expect(await database.query('select $1::text as answer', ['soon'])).toEqual([{ answer: 'soon' }]);
  const { rows } = await shared.pool.query('show statement_timeout');
  expect(rows).toEqual([{ statement_timeout: '0' }]);
  await database.close();
});

test('all of this went through the pooler', async () => {
  expect((await bouncer.transactions()) - before).toBeGreaterThan(1_000);
});
