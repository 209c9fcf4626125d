import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createListener, type Listener } from '../../../../src/adapters/postgres/connection/listener.js';
import { createPostgresViewers } from '../../../../src/adapters/postgres/viewers/viewers.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { viewersContract } from '../../../contracts/viewers.contract.js';
import { createTestDatabase } from '../../../support/database.js';
import { isFlushedAfter } from '../../../support/flushed-log.js';

viewersContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const listeners: Listener[] = [];
  return {
    open() {
      const listener = createListener({ connectionString: database.url, logger: silentLogger });
      listeners.push(listener);
      return createPostgresViewers({ pool: database.pool, listener });
    },
    async stop() {
      await Promise.all(listeners.map((listener) => listener.close()));
      await database.drop();
    },
  };
});

test('a new viewer is on the disk before anything is said of it', async () => {
  const database = await createTestDatabase();
  const viewers = createPostgresViewers(database);
  for (let made = 0; made < 20; made++)
    expect(await isFlushedAfter(database.pool, () => viewers.idsOf([randomUUID()]))).toBe(true);
  await database.drop();
});

test('a viewer is not remembered when news of its end comes while it is looked up', async () => {
  const database = await createTestDatabase();
  const others = createPostgresViewers(database);
  let hear = (_viewerId: string) => {};
  const listener: Listener = {
    ...database.listener,
    listen: (_channel, onNotification) => {
      hear = onNotification;
    },
  };
  const viewers = createPostgresViewers({ pool: database.pool, listener });
  const userId = randomUUID();
  const viewerId = (await others.idsOf([userId])).get(userId) ?? '';
  const looking = viewers.find(userId);
  hear(viewerId);
  expect(await looking).toBe(viewerId);
  await others.forget(viewerId);
  expect(await viewers.find(userId)).toBeUndefined();
  expect((await viewers.userIdsOf([viewerId])).size).toBe(0);
  await database.drop();
});

test('who is made and forgotten is so on the disk also in a database that waits for none by itself', async () => {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, options: '-c synchronous_commit=off' });
  const viewers = createPostgresViewers({ pool, listener: database.listener });
  for (let time = 0; time < 10; time++) {
    const userId = randomUUID();
    expect(await isFlushedAfter(pool, () => viewers.idsOf([userId]))).toBe(true);
    const viewerId = (await viewers.find(userId)) ?? '';
    expect(await isFlushedAfter(pool, () => viewers.forget(viewerId))).toBe(true);
  }
  await pool.end();
  await database.drop();
});
