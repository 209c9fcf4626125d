import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createListener } from '../../../../src/adapters/postgres/connection/listener.js';
import { createPostgresPersonalKeys } from '../../../../src/adapters/postgres/personal-keys/personal-keys.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { personalKeysContract } from '../../../contracts/personal-keys.contract.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { isFlushedAfter } from '../../../support/flushed-log.js';

personalKeysContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const listeners = [database.listener];
  return {
    open() {
      const listener = createListener({ connectionString: database.url, logger: silentLogger });
      listeners.push(listener);
      return createPostgresPersonalKeys({ pool: database.pool, listener });
    },
    async stop() {
      await Promise.all(listeners.map((listener) => listener.close()));
      await database.drop();
    },
  };
});

test('nothing of a destroyed key is in its table', async () => {
  const database = await createTestDatabase();
  const keys = createPostgresPersonalKeys(database);
  const subject = `media-${randomUUID()}`;
  await keys.forWriting([subject]);
  await keys.destroy(subject);
  const { rows } = await database.pool.query('select subject, key from personal_keys');
  expect(rows).toEqual([{ subject, key: null }]);
  await database.drop();
});

test('a database that is away is said to be', async () => {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
  const keys = createPostgresPersonalKeys({ pool, listener: database.listener });
  await expect(keys.forReading(['media-a'])).rejects.toMatchObject({ code: 'personal_keys_unavailable' });
  await pool.end();
  await database.drop();
});

/** Keys, and what tells them that one was destroyed or that news may have been missed. */
function listeningKeys({ pool, listener }: TestDatabase) {
  let hear = (_subject: string) => {};
  let lose = () => {};
  const keys = createPostgresPersonalKeys({
    pool,
    listener: {
      ...listener,
      listen: (_channel, onNotification, onLost = () => {}) => {
        [hear, lose] = [onNotification, onLost];
      },
    },
  });
  return { keys, hear: (subject: string) => hear(subject), lose: () => lose() };
}

test('a key that is forgotten while others are read does not pass for destroyed', async () => {
  const database = await createTestDatabase();
  const { keys, lose } = listeningKeys(database);
  const [remembered, other] = [`media-${randomUUID()}`, `media-${randomUUID()}`];
  await keys.forWriting([remembered]);
  await createPostgresPersonalKeys(database).forWriting([other]);
  const reading = keys.forReading([remembered, other]);
  lose();
  expect([...(await reading).keys()].toSorted()).toEqual([remembered, other].toSorted());
  await database.drop();
});

test('a key is not remembered when news of its end comes while it is read', async () => {
  const database = await createTestDatabase();
  const { keys, hear } = listeningKeys(database);
  const others = createPostgresPersonalKeys(database);
  const subject = `media-${randomUUID()}`;
  await others.forWriting([subject]);
  const reading = keys.forReading([subject]);
  hear(subject);
  expect((await reading).size).toBe(1);
  await others.destroy(subject);
  expect((await keys.forReading([subject])).size).toBe(0);
  await database.drop();
});

test('a new key is on the disk before anything is written under it', async () => {
  const database = await createTestDatabase();
  const keys = createPostgresPersonalKeys(database);
  for (let made = 0; made < 20; made++)
    expect(await isFlushedAfter(database.pool, () => keys.forWriting([`media-${randomUUID()}`]))).toBe(true);
  await database.drop();
});

test('what is made and destroyed is on the disk also in a database that waits for none by itself', async () => {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, options: '-c synchronous_commit=off' });
  const keys = createPostgresPersonalKeys({ pool, listener: database.listener });
  for (let time = 0; time < 10; time++) {
    const subject = `media-${randomUUID()}`;
    expect(await isFlushedAfter(pool, () => keys.forWriting([subject]))).toBe(true);
    expect(await isFlushedAfter(pool, () => keys.destroy(subject))).toBe(true);
  }
  await pool.end();
  await database.drop();
});
