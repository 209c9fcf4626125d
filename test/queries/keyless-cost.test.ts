import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPostgresReaders } from '../../src/adapters/postgres/readers/index.js';
import { openReadDatabase, type ReadDatabase } from '../../src/adapters/postgres/readers/read-database.js';
import { nothingAtHand } from '../../src/core/hot-answers.js';
import type { Endpoint, EndpointRequest } from '../../src/http/endpoint.js';
import { mediaLibraryQueries } from '../../src/queries/media-library.js';
import { trendingQueries } from '../../src/queries/trending.js';
import { createTestDatabase } from '../support/database.js';

const ITEMS = 50_000;

const database = await createTestDatabase();
const readDatabase = await openReadDatabase({ connectionString: database.url, maximumConnections: 2 });
const asked: { sql: string; parameters: readonly unknown[] }[] = [];
const recording: ReadDatabase = {
  query(sql, parameters = []) {
    asked.push({ sql, parameters });
    return readDatabase.query(sql, parameters);
  },
  snapshot: (read) => readDatabase.snapshot(read),
};

beforeAll(async () => {
  await database.pool.query(`
    insert into media_library (media_id, status, type, title, tags, detected_tags, created_at, updated_at)
    select 'm' || n, case when n % 10 = 0 then 'in_review' else 'published' end, 'video',
      'The film number ' || n || case when n % 100 = 0 then ' rare' else '' end,
      case when n % 500 = 0 then '["seldom"]' else '["often"]' end::jsonb, '["person"]',
      timestamptz '2026-01-01' + n * interval '1 second', now()
    from generate_series(1, ${ITEMS}) as n;
    insert into media_renditions
    select media_id, name, 'video', 640, 360, 25, 1, 1, 'avc1', 1, 1, 1, 'b'
    from media_library, (values ('360p'), ('720p'), ('audio')) as names (name);
    insert into jobs (subject_id, kind, step, status, queued_at, updated_at)
    select media_id, kind, kind, 'completed', now(), now()
    from media_library, (values ('probe'), ('preview'), ('transcode'), ('moderate'), ('tag')) as kinds (kind);
    insert into trending
    select media_id, to_timestamp((floor(extract(epoch from now()) / 1382400) - ago) * 1382400), 1 + (hashtext(media_id) & 65535)
    from media_library, generate_series(0, 5) as ago;
    `);
  // Also moves new entries of the indexes to their places, as autovacuum does in a while.
  await database.pool.query('vacuum analyze');
}, 120_000);
afterAll(async () => {
  await readDatabase.close();
  await database.drop();
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows and entries of indexes that a plan looked at. */
function looksOf(plan: Plan): number {
  const own = plan['Node Type'].includes('Scan')
    ? plan['Actual Loops'] *
      (plan['Actual Rows'] +
        (plan['Rows Removed by Filter'] ?? 0) +
        (plan['Rows Removed by Index Recheck'] ?? 0))
    : 0;
  return (plan.Plans ?? []).reduce((sum, part) => sum + looksOf(part), own);
}

/** What the database looks at for a request without a key. */
async function rowsLookedAt(endpoint: Endpoint | undefined, query: object): Promise<number> {
  asked.length = 0;
  await endpoint?.handle({
    query: endpoint.query?.parse(query),
    headers: {},
    isOperator: false,
  } as unknown as EndpointRequest);
  let rowsLookedAt = 0;
  for (const { sql, parameters } of asked.splice(0)) {
    const { rows } = await database.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) ${sql}`,
      [...parameters],
    );
    for (const { 'QUERY PLAN': plans } of rows) rowsLookedAt += looksOf(plans[0].Plan);
  }
  return rowsLookedAt;
}

const { mediaLibrary, trending } = createPostgresReaders(recording);
const endpoints = [
  ...mediaLibraryQueries(
    { playback: mediaLibrary, operators: mediaLibrary, everybody: mediaLibrary },
    nothingAtHand,
  ),
  ...trendingQueries(trending, nothingAtHand),
];
const at = (path: string) => endpoints.find((endpoint) => endpoint.path === path);

test.each<[string, string, object]>([
  ['the newest items', '/v1/media', { limit: 200 }],
  ['what is trending', '/v1/trending', {}],
  ['what of a kind there is nothing of is trending', '/v1/trending', { type: 'audio' }],
  ['what of one kind is trending', '/v1/trending', { type: 'video' }],
  ['a kind there is nothing of', '/v1/media', { type: 'audio' }],
  ['a kind of almost everything', '/v1/media', { type: 'video', limit: 200 }],
  ['a seldom tag', '/v1/media', { tag: 'seldom', limit: 200 }],
  ['a tag of almost everything', '/v1/media', { tag: 'often', limit: 200 }],
  ['a tag of nothing', '/v1/media', { tag: 'nothing' }],
  ['a rare word', '/v1/media', { q: 'rare', limit: 200 }],
  ['a word of everything', '/v1/media', { q: 'film', limit: 200 }],
  ['a word of nothing', '/v1/media', { q: 'nothing' }],
  ['words of everything and one of nothing', '/v1/media', { q: 'the film number nothing' }],
  ['the beginning of an id', '/v1/media', { idPrefix: '00000000-' }],
  ['everything but', '/v1/media', { q: '-rare', limit: 200 }],
  ['everything but what is everywhere', '/v1/media', { q: '-film' }],
])('for %s, without a key, few of the rows there are have to be looked at', async (_, path, query) => {
  expect(await rowsLookedAt(at(path), query)).toBeLessThan(ITEMS / 10);
});
