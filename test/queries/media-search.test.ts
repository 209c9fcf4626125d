import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReadDatabase } from '../../src/adapters/postgres/read-database.js';
import type { EndpointRequest } from '../../src/core/endpoint.js';
import { mediaLibraryQueries } from '../../src/queries/media-library.js';
import { createTestDatabase } from '../support/database.js';

const database = await createTestDatabase();
const readDatabase = await openReadDatabase({ connectionString: database.url, maximumConnections: 2 });
const list = mediaLibraryQueries(readDatabase).find(({ path }) => path === '/v1/media');
if (!list) throw new Error('there is such an endpoint');
const { handle } = list;

beforeAll(() =>
  database.pool.query(`
    insert into media_library (media_id, status, title, description, tags, detected_tags, created_at, updated_at) values
      ('a', 'published', 'big-buck-bunny_480p.mp4', '', '[]', '["bird"]', now(), now()),
      ('b', 'published', 'Urlaub in Österreich', 'Wandern/Radfahren', '["Berge", "sea side"]', '[]', now(), now())`),
);
afterAll(async () => {
  await readDatabase.close();
  await database.drop();
});

async function found(q: string): Promise<string[]> {
  const answer = await handle({
    query: { q, limit: 50 },
    isOperator: true,
  } as unknown as EndpointRequest);
  return (answer.body as { items: { id: string }[] }).items.map(({ id }) => id).toSorted();
}

test.each([
  ['bunny', ['a']],
  ['big-buck-bunny_480p.mp4', ['a']],
  ['bunny_480p', ['a']],
  ['bird', ['a']],
  ['österreich', ['b']],
  ['radfahren', ['b']],
  ['"sea side"', ['b']],
  ['bunny or berge', ['a', 'b']],
  ['urlaub -berge', []],
  ['nothing', []],
])('a search for %s finds %j', async (q, expected) => {
  expect(await found(q)).toEqual(expected);
});
