import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { createConnectionHealth } from '../../src/adapters/pg-boss/connection-health.js';
import { openBoss } from '../../src/adapters/pg-boss/open-boss.js';
import { openPool } from '../../src/adapters/postgres/connection/open-pool.js';
import { openReadDatabase } from '../../src/adapters/postgres/readers/read-database.js';
import { silentLogger } from '../../src/core/logger.js';
import { createTestDatabase } from '../support/database.js';

const database = await createTestDatabase();
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(() => database.drop());

type Ask = (text: string) => Promise<unknown>;

const connectionString = database.url;
const BACKEND = 'select pg_backend_pid() as pid';

function openStores() {
  const pool = openPool({ connectionString, maximumConnections: 1, logger: silentLogger });
  cleanUps.push(() => pool.end());
  return pool;
}

/** Every pool that this process has, with a single connection, so that the next borrower gets what the last gave. */
const pools: Record<string, () => Promise<Ask>> = {
  async stores() {
    const pool = openStores();
    return async (text) => (await pool.query(text)).rows;
  },
  async queries() {
    const queries = await openReadDatabase({ connectionString, maximumConnections: 1 });
    cleanUps.push(() => queries.close());
    return (text) => queries.query(text);
  },
  async jobs() {
    const boss = await openBoss({
      ...{
        connectionString,
        schema: 'pgboss',
        maximumConnections: 1,
        kinds: [],
        logger: silentLogger,
      },
      health: createConnectionHealth(silentLogger),
    });
    cleanUps.push(() => boss.close());
    return (text) => boss.execute(text);
  },
};

/** Asked by somebody else, who sees nothing of a transaction that is still open. */
const isThere = async (table: string) =>
  (await database.pool.query('select to_regclass($1) is not null as there', [table])).rows[0].there;

describe.each(Object.entries(pools))('a connection of the pool for %s', (name, open) => {
  test('that comes back in a transaction is thrown away, and the next borrower commits what it writes', async () => {
    const ask = await open();
    const before = await ask(BACKEND);
    await ask('begin');
    await ask(`create table written_by_${name} (id integer)`);
    expect(await isThere(`written_by_${name}`)).toBe(true);
    expect(await ask(BACKEND)).not.toEqual(before);
  });

  test('that comes back at rest is lent again', async () => {
    const ask = await open();
    const before = await ask(BACKEND);
    await ask('select 1');
    expect(await ask(BACKEND)).toEqual(before);
  });
});

describe('a connection given back', () => {
  test('in a transaction that has failed is thrown away', async () => {
    const pool = openStores();
    const client = await pool.connect();
    await client.query('begin');
    await expect(client.query('select 1 / 0')).rejects.toThrow('division by zero');
    client.release();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('before its statement has its answer is thrown away, as nobody knows what it leaves', async () => {
    const pool = openStores();
    const client = await pool.connect();
    const begun = client.query('begin').catch(() => {});
    client.release();
    await pool.query('create table written_after_a_begin (id integer)');
    await begun;
    expect(await isThere('written_after_a_begin')).toBe(true);
  });

  test('in a transaction lets go of what the transaction had locked', async () => {
    const pool = openStores();
    const client = await pool.connect();
    await client.query('begin; select pg_advisory_xact_lock(4711)');
    client.release();
    const free = 'select pg_try_advisory_xact_lock(4711) as free';
    await vi.waitFor(async () => expect((await database.pool.query(free)).rows).toEqual([{ free: true }]));
  });
});
