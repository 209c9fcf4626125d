import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPostgresWorkerPresence } from '../../../src/adapters/postgres/worker-presence.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a kind is taken by as many processes as say so, until they leave or have been silent for too long', async () => {
  const presence = createPostgresWorkerPresence(database.pool, { forgottenAfterSeconds: 60 });
  const [one, two] = [randomUUID(), randomUUID()];
  const silentForAnHour = (processId: string) =>
    database.pool.query(
      `update worker_processes set seen_at = now() - interval '1 hour' where process_id = $1`,
      [processId],
    );
  expect(await presence.takers()).toEqual(new Map());
  await presence.seen(one, ['probe', 'transcode']);
  await presence.seen(two, ['transcode']);
  await presence.seen(two, ['transcode']);
  expect(await presence.takers()).toEqual(
    new Map([
      ['probe', 1],
      ['transcode', 2],
    ]),
  );
  await silentForAnHour(one);
  expect(await presence.takers()).toEqual(new Map([['transcode', 1]]));
  await presence.seen(two, ['tag']);
  expect((await database.pool.query('select process_id from worker_processes')).rows).toEqual([
    { process_id: two },
  ]);
  expect(await presence.takers()).toEqual(new Map([['tag', 1]]));
  await presence.gone(two);
  expect(await presence.takers()).toEqual(new Map());
});
