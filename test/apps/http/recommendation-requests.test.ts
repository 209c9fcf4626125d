import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson } from '../../e2e/support/client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { createTusUpload, expectProblem, sendJson } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

interface Asked {
  readonly requestId: string;
  readonly position: string;
  readonly statusUrl: string;
}
interface Request {
  readonly status: string;
  readonly userId: string;
  readonly items: readonly { readonly mediaId: string; readonly reason: string }[];
  readonly position: string | null;
}

const folder = temporaryFolder();
let database: TestDatabase;
let server: TestServer;
/** Published as far as the views know. */
const items: string[] = [];

const at = (path: string) => `${server.url}${path}`;
const idsOf = (list: { readonly items: readonly { readonly mediaId: string }[] }) =>
  list.items.map(({ mediaId }) => mediaId);

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(join(folder.path, 'data'), { DATABASE_URL: database.url });
  for (let index = 0; index < 4; index++)
    items.push((await createTusUpload(server.url, 10)).split('/').at(-1) ?? '');
  const { items: events } = await getJson<{ items: { position: string }[] }>(at('/v1/events?limit=100'));
  await seen(events.at(-1)?.position ?? '');
  await database.pool.query(`update media_library set status = 'published', type = 'video'`);
});
afterAll(async () => {
  await server.stop();
  await database.drop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

/** Resolves when the views have passed a position. */
async function seen(position: string): Promise<void> {
  for (const path of ['/v1/media', '/v1/recommendations/nobody'])
    expect((await fetch(at(path), { headers: { 'mediaflow-after': position } })).status).toBe(200);
}

async function watched(userId: string, ...mediaIds: (string | undefined)[]): Promise<string> {
  const body = mediaIds.map((mediaId) => ({ userId, mediaId, type: 'play' }));
  const response = await sendJson(at('/v1/interactions'), body);
  expect(response.status).toBe(202);
  return ((await response.json()) as { position: string }).position;
}

async function ask(userId: string, more: { readonly type?: string } = {}): Promise<Asked> {
  const response = await sendJson(at('/v1/recommendations'), { userId, ...more });
  expect(response.status).toBe(202);
  const asked = (await response.json()) as Asked;
  expect(response.headers.get('location')).toBe(asked.statusUrl);
  return asked;
}

const statusOf = async ({ statusUrl, position }: Asked): Promise<Request> => {
  const response = await fetch(at(statusUrl), { headers: { 'mediaflow-after': position } });
  expect(response.status).toBe(200);
  return (await response.json()) as Request;
};

async function answerTo(asked: Asked): Promise<Request> {
  await expect.poll(async () => (await statusOf(asked)).status, { timeout: 20_000 }).not.toBe('queued');
  return statusOf(asked);
}

test('a request can be asked for its status and its list, and tells from where on the list is seen everywhere', async () => {
  const asked = await ask('ada');
  expect(asked.statusUrl).toBe(`/v1/recommendations/requests/${asked.requestId}`);
  const done = await answerTo(asked);
  expect(done).toMatchObject({ status: 'done', userId: 'ada', requestId: asked.requestId, failure: null });
  expect(idsOf(done).toSorted()).toEqual(items.toSorted());
  const list = await fetch(at('/v1/recommendations/ada'), {
    headers: { 'mediaflow-after': done.position ?? '' },
  });
  expect(await list.json()).toMatchObject({ requestId: asked.requestId, items: done.items });
});

test('a request nobody has made is not there', async () => {
  await expectProblem(fetch(at('/v1/recommendations/requests/nobody')), 404, 'request_not_found');
});

test('a list knows all that was acknowledged before it was asked for, however late the views are', async () => {
  const holder = await database.pool.connect();
  let asked: Asked;
  try {
    await holder.query('begin');
    // The projector cannot write what is told from here on; readers see what was there before.
    await holder.query('lock table viewer_activity in exclusive mode');
    await watched('late', items[0], items[1]);
    asked = await ask('late');
    const workIsUnderWay = async () => {
      const { items: queues } = await getJson<{ items: { kind: string; active: number }[] }>(
        at('/v1/queues'),
      );
      const { items: events } = await getJson<{ items: { data: object }[] }>(
        at('/v1/events?type=RecommendationGenerated&limit=1000'),
      );
      const isAnswered = events.some(({ data }) => JSON.stringify(data).includes(asked.requestId));
      return isAnswered || queues.some(({ kind, active }) => kind === 'recommend' && active > 0);
    };
    await expect.poll(workIsUnderWay, { timeout: 10_000 }).toBe(true);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect(idsOf(await answerTo(asked)).toSorted()).toEqual([items[2], items[3]].toSorted());
}, 40_000);

describe('what a viewer has seen is recommended to them no more', () => {
  test('also in a list that was made before', async () => {
    await answerTo(await ask('bob'));
    const position = await watched('bob', items[2]);
    const list = await fetch(at('/v1/recommendations/bob'), { headers: { 'mediaflow-after': position } });
    expect(idsOf((await list.json()) as Request)).not.toContain(items[2]);
  });

  test('nor as popular now, to one who never had a list', async () => {
    await watched('somebody', ...items);
    const position = await watched('newcomer', items[0], items[3]);
    const list = await fetch(at('/v1/recommendations/newcomer'), {
      headers: { 'mediaflow-after': position },
    });
    expect(idsOf((await list.json()) as Request).toSorted()).toEqual([items[1], items[2]].toSorted());
  });
});

describe('a viewer of videos is shown no song', () => {
  const listOf = async (query: string, userId = 'dora') =>
    getJson<Request & { type: string | null }>(at(`/v1/recommendations/${userId}${query}`));
  const [film, song] = [1, 3];
  beforeAll(async () => {
    await database.pool.query(`update media_library set type = 'audio' where media_id = $1`, [items[song]]);
    await watched('others', items[song], items[song], items[film]);
    await seen(await watched('dora', items[0]));
  });

  test('who has no list yet is shown what is popular of what they care for, and of another kind what they ask for', async () => {
    expect(idsOf(await listOf(''))).not.toContain(items[song]);
    expect(idsOf(await listOf(''))).toContain(items[film]);
    expect((await listOf('')).type).toBe('video');
    expect(await listOf('?type=audio')).toMatchObject({ type: 'audio', items: [{ mediaId: items[song] }] });
    expect(await listOf('?type=image')).toMatchObject({ type: 'image', items: [] });
  });

  test('a list of songs that was asked for does not take the place of the own one', async () => {
    const own = await answerTo(await ask('dora'));
    expect(own).toMatchObject({ type: 'video' });
    expect(idsOf(own)).not.toContain(items[song]);
    const songs = await answerTo(await ask('dora', { type: 'audio' }));
    expect(songs).toMatchObject({ type: 'audio', items: [{ mediaId: items[song], type: 'audio' }] });
    await seen(songs.position ?? '');
    expect(idsOf(await listOf('?type=audio'))).toEqual([items[song]]);
    expect(idsOf(await listOf(''))).toEqual(idsOf(own));
    expect(idsOf(await listOf('?type=video'))).toEqual(idsOf(own));
  });

  test('what is trending is videos unless another kind is asked for', async () => {
    const trending = async (query: string) => idsOf(await getJson<Request>(at(`/v1/trending${query}`)));
    expect(await trending('')).not.toContain(items[song]);
    expect(await trending('?type=audio')).toEqual([items[song]]);
    expect((await trending('?type=any')).toSorted()).toEqual(
      expect.arrayContaining([items[song], items[film]]),
    );
  });

  test('there are no lists of what is no kind of media', async () => {
    await expectProblem(fetch(at('/v1/trending?type=book')), 400, 'invalid_request');
    await expectProblem(fetch(at('/v1/recommendations/dora?type=own')), 400, 'invalid_request');
    await expectProblem(
      sendJson(at('/v1/recommendations'), { userId: 'x', type: 'x' }),
      400,
      'invalid_request',
    );
  });
});
