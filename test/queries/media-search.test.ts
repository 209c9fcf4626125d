import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPostgresReaders } from '../../src/adapters/postgres/readers/index.js';
import { openReadDatabase } from '../../src/adapters/postgres/readers/read-database.js';
import { nothingAtHand } from '../../src/core/hot-answers.js';
import type { EndpointRequest } from '../../src/http/endpoint.js';
import { mediaLibraryQueries } from '../../src/queries/media-library.js';
import { createTestDatabase } from '../support/database.js';

const database = await createTestDatabase();
const readDatabase = await openReadDatabase({ connectionString: database.url, maximumConnections: 2 });
const { mediaLibrary } = createPostgresReaders(readDatabase);
const list = mediaLibraryQueries(
  { playback: mediaLibrary, operators: mediaLibrary, everybody: mediaLibrary },
  nothingAtHand,
).find(({ path }) => path === '/v1/media');
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
  ['bunny or wandern -sea', ['a']],
  ['-berge', []],
  ['nothing', []],
])('a search for %s finds %j', async (q, expected) => {
  expect(await found(q)).toEqual(expected);
});

test.each([
  ['dashes', '-'.repeat(34)],
  ['dashes before a word', `${'-'.repeat(290)}bunny`],
  ['dashes apart', '- '.repeat(150)],
  ['negated negations', '!-'.repeat(150)],
  ['alternatives', 'a or '.repeat(60)],
  ['parentheses', '('.repeat(300)],
  ['quotes', '"-'.repeat(150)],
  ['operators of other search languages', 'a:* & b <-> c | !d <2> e'.repeat(12)],
  ['backslashes and apostrophes', "\\' ".repeat(100)],
])('a search for nothing but %s is answered', async (_, q) => {
  expect(await found(q)).toBeInstanceOf(Array);
});

test('no search that can be typed breaks the database', async () => {
  const typed = fc.string({ unit: fc.constantFrom(...'ab-"! |&():*<>\'\\o r'), maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(fc.oneof(typed, fc.string({ unit: 'grapheme', maxLength: 100 })), async (q) => {
      expect(await found(q)).toBeInstanceOf(Array);
    }),
    { numRuns: 300 },
  );
});
