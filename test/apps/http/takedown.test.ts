import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getJson, type Item, isSettled } from '../../e2e/support/client.js';
import { expectProblem, filePart, form, mediaIdOf, sendForm, sendJson } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { addressesOf } from './support/play.js';
import { playbackPaths } from './support/playback-paths.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const KEY = 'a key of more than sixteen characters';
const operator = { authorization: `Bearer ${KEY}` };
const folder = temporaryFolder();
let server: TestServer;
let mediaId: string;
let other: string;
/** Of everything that is played of it. */
let addresses: readonly string[];
let publishedAt: string;

const at = (path: string) => `${server.url}${path}`;
const ask = <T>(path: string, after?: string) =>
  getJson<T>(at(path), { ...operator, ...(after ? { 'mediaflow-after': after } : {}) });
const send = async (path: string, body: object) => {
  const response = await sendJson(at(path), body, { headers: operator });
  expect(response.status).toBe(202);
  return ((await response.json()) as { position: string }).position;
};
interface Listed {
  readonly items?: readonly { readonly id?: string; readonly mediaId?: string }[];
  readonly hits?: readonly { readonly item: { readonly id: string } }[];
}
const idsIn = ({ items, hits = [] }: Listed) =>
  (items ?? hits.map(({ item }) => item)).map((each) => each.id ?? ('mediaId' in each ? each.mediaId : ''));

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_API_KEYS: KEY,
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
    MEDIAFLOW_METRICS_PUBLIC: 'true',
  });
  const clips = [1, 2].map((seconds) => makeGoodClip(join(folder.path, `clip-${seconds}.mp4`), seconds));
  const ids: string[] = [];
  for (const clip of await Promise.all(clips))
    ids.push(await mediaIdOf(await sendForm(server.url, form(await filePart(clip)), operator)));
  [mediaId = '', other = ''] = ids;
  for (const id of ids)
    await vi.waitFor(async () => expect(isSettled(await ask<Item>(`/v1/media/${id}`))).toBe(true), {
      timeout: 100_000,
      interval: 100,
    });
  addresses = Object.values(await addressesOf(at(`/v1/media/${mediaId}/hls/master.m3u8`))).flat();
  ({ publishedAt } = await ask<Item & { publishedAt: string }>(`/v1/media/${mediaId}`));
  for (const [userId, id] of [
    ['anna', mediaId],
    ['anna', other],
    ['bea', mediaId],
  ])
    await send('/v1/interactions', { userId, mediaId: id, type: 'like' });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

/** Which lists show it, to everybody and to operators, and what plays of it. */
async function shownIn(after: string): Promise<readonly string[]> {
  const request = await sendJson(at('/v1/recommendations'), { userId: 'carl' }, { headers: operator });
  const { requestId, position } = (await request.json()) as { requestId: string; position: string };
  await expect
    .poll(
      async () =>
        (await ask<{ status: string }>(`/v1/recommendations/requests/${requestId}`, position)).status,
      { timeout: 15_000 },
    )
    .toBe('done');
  const lists = {
    library: '/v1/media?status=published',
    'library search': '/v1/media?q=clip&status=published',
    search: '/v1/search?q=clip',
    trending: '/v1/trending',
    recommended: '/v1/recommendations/carl',
  };
  const shown: string[] = [];
  for (const [name, path] of Object.entries(lists)) {
    const ids = idsIn(await ask<Listed>(path, after));
    expect(ids, name).toContain(other);
    if (ids.includes(mediaId)) shown.push(name);
    const everybody = await fetch(at(path), { headers: { 'mediaflow-after': after } });
    if (everybody.ok && idsIn((await everybody.json()) as Listed).includes(mediaId) !== ids.includes(mediaId))
      shown.push(`${name} of everybody`);
  }
  const statuses = await Promise.all(
    addresses.map(
      async (address) => (await fetch(address, { headers: { 'mediaflow-after': after } })).status,
    ),
  );
  if (statuses.some((status) => status === 200)) shown.push('player');
  return shown;
}
const everywhere = ['library', 'library search', 'search', 'trending', 'recommended', 'player'];
const published = async () =>
  [...(await (await fetch(at('/metrics'))).text()).matchAll(/^media_items_total\{(.*)\} (\d+)$/gm)].map(
    ([, labels, count]) => `${/outcome="(\w+)"/.exec(labels ?? '')?.[1]} ${count}`,
  );

test('what is taken down is gone everywhere at once, stays where it lies, and comes back when it is approved again', async () => {
  expect(await shownIn('0')).toEqual(everywhere);
  // Answers are at hand by now.
  for (const _ of [1, 2, 3]) await fetch(at(`/v1/media/${mediaId}`));

  const taken = await send(`/v1/media/${mediaId}/takedown`, { reason: 'A complaint' });
  expect(await shownIn(taken)).toEqual([]);
  const after = { 'mediaflow-after': taken };
  await expectProblem(fetch(at(`/v1/media/${mediaId}`), { headers: after }), 404, 'media_not_found');
  for (const path of playbackPaths(mediaId).filter((each) => !each.endsWith('original')))
    await expectProblem(fetch(at(path), { headers: after }), 404, 'media_not_playable');
  expect(await ask<Item>(`/v1/media/${mediaId}`, taken)).toMatchObject({
    ...{ status: 'rejected', playbackUrl: null, derivatives: [] },
    moderation: { outcome: 'rejected', rule: 'taken_down', explanation: 'A complaint' },
  });

  // It can still be looked at by those who may decide on it.
  const { items } = await ask<{ items: { mediaId: string; rule: string; originalUrl: string }[] }>(
    '/v1/moderation/queue?status=rejected',
    taken,
  );
  expect(items).toMatchObject([{ mediaId, rule: 'taken_down', explanation: 'A complaint' }]);
  expect((await fetch(at(items[0]?.originalUrl ?? ''), { headers: operator })).status).toBe(200);
  await expectProblem(
    sendJson(at(`/v1/media/${mediaId}/takedown`), { reason: 'Again' }, { headers: operator }),
    409,
    'not_approved',
  );

  const approved = await send(`/v1/media/${mediaId}/review`, { decision: 'approve', reason: 'A mistake' });
  expect(await shownIn(approved)).toEqual(everywhere);
  expect(await ask<Item>(`/v1/media/${mediaId}`, approved)).toMatchObject({
    status: 'published',
    publishedAt,
  });
  expect(await ask<Listed>('/v1/moderation/queue?status=rejected', approved)).toEqual({ items: [] });

  // Nothing is counted twice, and what viewers did has stayed.
  const types = (await ask<{ items: { type: string }[] }>(`/v1/media/${mediaId}/history`)).items.map(
    ({ type }) => type,
  );
  expect(types.slice(types.indexOf('MediaPublished')).filter((type) => type.startsWith('Media'))).toEqual([
    ...['MediaPublished', 'MediaReviewed', 'MediaRejected', 'MediaReviewed', 'MediaPublished'],
  ]);
  await expect
    .poll(published)
    .toEqual(expect.arrayContaining(['published 2', 'taken_down 1', 'published_again 1']));
  const { items: trending } = await ask<{ items: { mediaId: string; score: number }[] }>(
    '/v1/trending',
    approved,
  );
  expect(trending.map(({ mediaId: id }) => id)).toEqual([mediaId, other]);
});

test('only what is approved is taken down, and nobody without a key does so', async () => {
  const body = { reason: 'No' };
  await expectProblem(sendJson(at(`/v1/media/${other}/takedown`), body), 401, 'key_required');
  await expectProblem(
    sendJson(at('/v1/media/none/takedown'), body, { headers: operator }),
    404,
    'media_not_found',
  );
  await expectProblem(
    sendJson(at(`/v1/media/${other}/takedown`), {}, { headers: operator }),
    400,
    'invalid_request',
  );
});
