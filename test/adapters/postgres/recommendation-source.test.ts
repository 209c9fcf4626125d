import { afterAll, expect, test } from 'vitest';
import { openReadDatabase } from '../../../src/adapters/postgres/read-database.js';
import { createRecommendationSource } from '../../../src/adapters/postgres/recommendation-source.js';
import { createTestDatabase } from '../../support/database.js';

const database = await createTestDatabase();
const readModels = await openReadDatabase({ connectionString: database.url });
const source = createRecommendationSource(readModels);
afterAll(async () => {
  await readModels.close();
  await database.drop();
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
