import { afterAll, expect, test } from 'vitest';
import {
  openReadDatabase,
  type ReadDatabase,
} from '../../../../src/adapters/postgres/readers/read-database.js';
import { createRecommendationSource } from '../../../../src/adapters/postgres/readers/recommendation-source.js';
import { createTestDatabase } from '../../../support/database.js';
import { viewsIn } from '../../../support/views-in.js';

const database = await createTestDatabase();
const readModels = await openReadDatabase({ connectionString: database.url });
const asked: string[] = [];
const recording: ReadDatabase = {
  query(sql, parameters) {
    asked.push(sql);
    return readModels.query(sql, parameters);
  },
};
const waitedFor: { readonly views: readonly string[]; readonly position: string }[] = [];
const source = createRecommendationSource(recording, {
  async waitFor(views, position) {
    waitedFor.push({ views, position });
  },
});
afterAll(async () => {
  await readModels.close();
  await database.drop();
});

test('candidates are what is published, the most popular first and then the newest', async () => {
  await database.pool.query(`
    insert into media_library (media_id, status, title, tags, detected_tags, created_at, updated_at)
    select id, status, 'The ' || id, '["given"]', '["seen"]', created_at::timestamptz, now() from (values
      ('hit', 'published', '2026-01-01'), ('liked', 'published', '2026-01-02'), ('taken-down', 'rejected', '2026-01-03'),
      ('disliked', 'published', '2026-01-04'), ('new', 'published', '2026-01-06'), ('quiet', 'published', '2026-01-05')
    ) as items (id, status, created_at);
    insert into media_popularity values
      ('hit', 50), ('liked', 7), ('taken-down', 99), ('disliked', -20), ('quiet', 0), ('gone', 80)`);
  const { candidates } = await source.read('nobody');
  expect(candidates.map(({ mediaId, popularity }) => [mediaId, popularity])).toEqual([
    ['hit', 50],
    ['liked', 7],
    ['new', 0],
    ['quiet', 0],
    ['disliked', 0],
  ]);
  expect(candidates[0]).toMatchObject({ title: 'The hit', tags: ['given', 'seen'] });
});

test('of the viewers of a very popular item a part is read, the same people whatever item it is', async () => {
  await database.pool.query(`
    insert into viewer_activity (user_id, media_id, plays)
    select 'crowd-' || viewer, item, 1 from generate_series(1, 2000) as viewer, (values ('hit-1'), ('hit-2')) as hits (item)
    union all select 'fan', 'hit-1', 1 union all select 'fan', 'hit-2', 1`);
  const { tastes } = await source.read('fan');
  const others = tastes.filter(({ userId }) => userId !== 'fan');
  expect(others).toHaveLength(1000);
  expect(new Set(others.map(({ userId }) => userId)).size).toBe(500);
});

test('what is read of co-watchers does not grow with their histories, and what is shared is in it', async () => {
  await database.pool.query(`
    insert into viewer_activity (user_id, media_id, plays, last_at)
    select 'me', 'shared-' || item, 1, timestamptz '2026-01-01' from generate_series(1, 250) as item
    union all select 'other', 'shared-' || item, 1, timestamptz '2020-01-01' from generate_series(1, 3) as item
    union all select 'other', 'new-' || item, 1, timestamptz '2026-01-01' from generate_series(1, 1000) as item
    union all select 'stranger', 'strange', 1, timestamptz '2026-01-01'`);
  const { tastes } = await source.read('me');
  const of = (user: string) => tastes.filter(({ userId }) => userId === user).map(({ mediaId }) => mediaId);
  // All of one's own: what was seen must not be recommended.
  expect(of('me')).toHaveLength(250);
  expect(of('other')).toHaveLength(200);
  expect(of('other')).toEqual(expect.arrayContaining(['shared-1']));
  expect(of('stranger')).toEqual([]);
});

test('the views that are read are waited for, all of them', async () => {
  await source.read('me', { after: '0000000000000042' });
  const { views = [], position } = waitedFor.at(-1) ?? {};
  expect(position).toBe('0000000000000042');
  expect(views.toSorted()).toEqual(viewsIn(asked.join(' ')));
});
