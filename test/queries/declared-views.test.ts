import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryViewers } from '../../src/adapters/memory/viewers.js';
import { createPostgresReaders } from '../../src/adapters/postgres/readers/index.js';
import { openReadDatabase, type ReadDatabase } from '../../src/adapters/postgres/readers/read-database.js';
import { queryEndpoints } from '../../src/apps/wire/endpoints.js';
import { MediaFlowError } from '../../src/core/errors.js';
import { nothingAtHand } from '../../src/core/hot-answers.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import type { EndpointRequest } from '../../src/http/endpoint.js';
import { createTestDatabase } from '../support/database.js';
import { viewsIn } from '../support/views-in.js';

const database = await createTestDatabase();
const readDatabase = await openReadDatabase({ connectionString: database.url, maximumConnections: 2 });
const asked: string[] = [];
const recording: ReadDatabase = {
  query(sql, parameters) {
    asked.push(sql);
    return readDatabase.query(sql, parameters);
  },
  snapshot: (read) => readDatabase.snapshot(read),
};

const stopping = new AbortController().signal;
type Dependencies = Parameters<typeof queryEndpoints>[0];
// What is no database is not asked for anything here: such endpoints read no view.
const nothing = {} as never;
const readers = createPostgresReaders(recording);
const endpoints = queryEndpoints({
  readers: { playback: readers, operators: readers, everybody: readers },
  blobs: { stat: async () => undefined } as unknown as Dependencies['blobs'],
  publicOriginals: false,
  segmentCacheSeconds: 0,
  stopping,
  storage: {
    viewers: createMemoryViewers(new Map([['listed', 'listed']])),
    store: { head: async () => '' },
    waiter: { waitFor: async () => {} },
  } as unknown as Dependencies['storage'],
  hot: nothingAtHand,
  ...{
    queue: nothing,
    reports: nothing,
    policy: { ...DEFAULT_MODERATION_POLICY, source: 'built-in' as const },
    reviewers: [],
  },
});

/** One item with everything an item can have, and a viewer with a list: every query gets to its end. */
beforeAll(() =>
  database.pool.query(`
    insert into media_library (media_id, status, title, blob_key, storyboard, created_at, updated_at) values
      ('full', 'published', 'Full', 'o', '{"sprites": ["sprite.jpg"], "blobPrefix": "b", "columns": 1, "rows": 1,
        "tileWidth": 1, "tileHeight": 1, "tileCount": 1, "intervalSeconds": 1}', now(), now());
    insert into media_search (media_id, title) values ('full', 'Full');
    insert into media_renditions values
      ('full', '360p', 'video', 640, 360, 25, 1, 1, 'avc1', 1, 1, 1, 'b');
    insert into media_metadata (media_id) values ('full');
    insert into moderation_queue (media_id, status, rule, explanation, frames, since) values
      ('full', 'in_review', 'r', 'e', '[{"atSeconds": 0, "blobKey": "f", "scores": {}}]', now());
    insert into recommendations values ('listed', 'request', '{}', '[]', now());
    insert into recommendation_requests values ('request', 'listed', 'queued', now());
    insert into models (model_id, name, status, source, reason, requested_at) values
      ('model', 'recommender', 'queued', 'views', 'asked', now())`),
);
afterAll(async () => {
  await readDatabase.close();
  await database.drop();
});

const VALUES: Readonly<Record<string, readonly string[]>> = {
  id: ['full'],
  userId: ['listed', 'newcomer'],
  requestId: ['request'],
  modelId: ['model'],
  rendition: ['360p'],
  file: ['sprite.jpg', '0.jpg', '320.webp'],
};

/** What is asked for where something has to be. */
const QUERIES: Readonly<Record<string, object>> = { '/v1/search': { q: 'full' } };

/** Every way of filling a path such as `/v1/media/:id`. */
const paramsOf = (path: string): Record<string, string>[] =>
  [...path.matchAll(/:(\w+)/g)].reduce<Record<string, string>[]>(
    (all, [, name = '']) =>
      all.flatMap((params) => (VALUES[name] ?? []).map((value) => ({ ...params, [name]: value }))),
    [{}],
  );

async function viewsReadBy(endpoint: (typeof endpoints)[number]): Promise<string[]> {
  asked.length = 0;
  for (const isOperator of [true, false])
    for (const params of paramsOf(endpoint.path)) {
      const request = {
        params,
        query: endpoint.query?.parse(QUERIES[endpoint.path] ?? {}),
        headers: {},
        isOperator,
        signal: stopping,
      };
      await endpoint.handle(request as unknown as EndpointRequest).catch((error: unknown) => {
        if (!(error instanceof MediaFlowError)) throw error;
      });
    }
  return viewsIn(asked.join(' '));
}

test.each(
  endpoints
    .filter(({ views }) => views)
    .map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const),
)('%s declares the views it reads, which is whom Mediaflow-After waits for', async (_, endpoint) => {
  expect(await viewsReadBy(endpoint)).toEqual(endpoint.views?.toSorted());
});

test('what declares no view reads none', async () => {
  const silent = endpoints.filter(
    ({ views, path }) =>
      !views && /^\/v1\/(media|search|moderation|recommendations|trending|jobs)\b/.test(path),
  );
  for (const endpoint of silent) expect(await viewsReadBy(endpoint), endpoint.path).toEqual([]);
});
