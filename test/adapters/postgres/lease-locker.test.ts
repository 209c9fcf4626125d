import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLeaseLocker } from '../../../src/adapters/postgres/lease-locker.js';
import { lockerContract, losableLocksContract } from '../../contracts/locker.contract.js';
import { createCuttingProxy } from '../../support/cutting-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('leases in PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const open = (leaseSeconds = 60) => createLeaseLocker({ pool: database.pool, leaseSeconds });
  const twoLockers = async () => {
    await database.pool.query('delete from locks');
    return [open(), open()] as const;
  };

  lockerContract(twoLockers);
  let opened: Awaited<ReturnType<typeof twoLockers>>;
  losableLocksContract(
    async () => {
      opened = await twoLockers();
      return opened;
    },
    async (key) => {
      await database.pool.query(`update locks set expires_at = now() - interval '1 second' where key = $1`, [
        key,
      ]);
      for (const locker of opened) await locker.renew();
    },
  );

  test('a lock outlives its lease while its holder lives, and ends when that is gone', async () => {
    const [holder, other] = [open(0.4), open(0.4)];
    const lock = await holder.acquire('held');
    const { rows: before } = await database.pool.query(`select expires_at from locks where key = 'held'`);
    await expect
      .poll(async () => (await database.pool.query(`select expires_at from locks where key = 'held'`)).rows)
      .not.toEqual(before);
    expect(await other.acquire('held')).toBeUndefined();
    expect(lock?.lost.aborted).toBe(false);
    await lock?.release();

    // As a process that was killed leaves it: with nobody who prolongs it.
    await database.pool.query(
      `insert into locks values ('left', gen_random_uuid(), clock_timestamp() + interval '0.4 seconds')`,
    );
    expect(await other.acquire('left')).toBeUndefined();
    await expect.poll(async () => (await other.acquire('left')) !== undefined).toBe(true);
  });

  test('what killed processes have left is forgotten by those that live', async () => {
    const locker = open();
    const lock = await locker.acquire('of the living');
    await database.pool.query(
      `insert into locks values ('of the dead', gen_random_uuid(), clock_timestamp() - interval '2 hours'),
         ('just lapsed', gen_random_uuid(), clock_timestamp() - interval '1 minute')`,
    );
    await locker.renew();
    const { rows } = await database.pool.query<{ key: string }>(
      `select key from locks where key in ('of the dead', 'just lapsed', 'of the living') order by key`,
    );
    expect(rows.map(({ key }) => key)).toEqual(['just lapsed', 'of the living']);
    await lock?.release();
  });

  test('who cannot reach the database for as long as a lease has lost its locks', async () => {
    const cut = await createTestDatabase();
    const locker = createLeaseLocker({ pool: cut.pool, leaseSeconds: 0.4 });
    const lock = await locker.acquire('cut');
    await cut.drop();
    await expect.poll(() => lock?.lost.aborted).toBe(true);
  });

  test('who has a connection that has fallen silent has lost its locks by the time another has them', async () => {
    const proxy = await createCuttingProxy(database.url);
    const pool = new pg.Pool({ connectionString: proxy.url, max: 1 });
    pool.on('error', () => {});
    const lock = await createLeaseLocker({ pool, leaseSeconds: 0.4 }).acquire('silent');
    await proxy.fallSilent({ newOnesToo: true });
    const other = open(0.4);
    await expect.poll(async () => (await other.acquire('silent')) !== undefined, { interval: 10 }).toBe(true);
    expect(lock?.lost.aborted).toBe(true);
    await proxy.close();
    await pool.end();
  });
});
