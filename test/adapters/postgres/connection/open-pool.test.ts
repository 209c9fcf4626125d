import { afterAll, expect, test, vi } from 'vitest';
import { openPool } from '../../../../src/adapters/postgres/connection/open-pool.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { createTestDatabase } from '../../../support/database.js';

const database = await createTestDatabase();
afterAll(() => database.drop());

test('a connection that a server ends is told of while it is wanted, and not after the end of the pool', async () => {
  const warn = vi.fn();
  const pool = openPool({
    ...{ connectionString: database.url, maximumConnections: 2, logger: { ...silentLogger, warn } },
  });
  const connect = async () => {
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    return rows[0]?.pid;
  };
  await database.pool.query('select pg_terminate_backend($1)', [await connect()]);
  await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce());

  await connect();
  const removed = new Promise((resolve) => pool.once('remove', resolve));
  const ended = pool.end();
  pool.emit('error', new Error('terminating connection due to administrator command'));
  await Promise.all([ended, removed]);
  expect(warn).toHaveBeenCalledOnce();
});

test('connections that are lost together are told of once, and again once there were new ones', async () => {
  const warn = vi.fn();
  const pool = openPool({
    ...{ connectionString: database.url, maximumConnections: 3, logger: { ...silentLogger, warn } },
  });
  const loseAll = async () => {
    const connected = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    const pids = await Promise.all(
      connected.map(async (client) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid),
    );
    for (const client of connected) client.release();
    await database.pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [pids]);
    await vi.waitFor(() => expect(pool.totalCount).toBe(0));
  };
  await loseAll();
  expect(warn).toHaveBeenCalledTimes(1);
  await loseAll();
  expect(warn).toHaveBeenCalledTimes(2);
  await pool.end();
});
