import { afterAll, beforeAll, expect, test } from 'vitest';
import { MediaDerivatives1763700000025 } from '../../migrations/0025-media-derivatives.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { undoMigrations } from '../support/undo-migrations.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const derivatives = async () =>
  (
    await database.pool.query(
      'select media_id, name, content_type, size_bytes, blob_key from media_derivatives order by media_id, name',
    )
  ).rows;

test('pictures of items that are there already are served from where they were, until the view is filled anew', async () => {
  await undoMigrations(database.url, MediaDerivatives1763700000025);
  await database.pool.query(`
    insert into media_library (media_id, status, poster_key, preview_gif_key, created_at, updated_at) values
      ('both', 'published', 'media/both/poster', 'media/both/gif', now(), now()),
      ('poster', 'processing', 'media/poster/poster', null, now(), now()),
      ('none', 'published', null, null, now(), now()),
      ('deleted', 'deleted', 'media/deleted/poster', 'media/deleted/gif', now(), now())`);
  await migrate(database.url);

  const poster = { name: 'poster.jpg', content_type: 'image/jpeg', size_bytes: null };
  const gif = { name: 'preview.gif', content_type: 'image/gif', size_bytes: null };
  const rows = [
    { media_id: 'both', ...poster, blob_key: 'media/both/poster' },
    { media_id: 'both', ...gif, blob_key: 'media/both/gif' },
    { media_id: 'poster', ...poster, blob_key: 'media/poster/poster' },
  ];
  expect(await derivatives()).toEqual(rows);

  await undoMigrations(database.url, MediaDerivatives1763700000025);
  await migrate(database.url);
  expect(await derivatives()).toEqual(rows);
});
