import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { getJson, historyOf, type Item, waitForItem } from '../../e2e/support/client.js';
import {
  expectProblem,
  filePart,
  form,
  mediaIdOf,
  sendForm,
  sendJson,
  tusHeaders,
} from './support/client.js';
import { aac, h264, make, picture, sound } from './support/clips.js';
import { playbackPaths } from './support/playback-paths.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

/** Several videos are processed, perhaps beside other suites. */
vi.setConfig({ testTimeout: 60_000 });

const KEY = 'a key of more than sixteen characters';
const REASON = 'a test pattern, says the lawyer';
const operator = { authorization: `Bearer ${KEY}` };

const folder = temporaryFolder();
let server: TestServer;
let clip: string;
/** One of each: waiting for a person, approved by one, rejected by one, approved and later deleted. */
let inReview: string;
let published: string;
let rejected: string;
let deleted: string;

const at = (path: string) => `${server.url}${path}`;
const asOperator = (path: string, init: RequestInit = {}) => fetch(at(path), { ...init, headers: operator });

async function getItem(mediaId: string): Promise<Item> {
  return (await (await asOperator(`/v1/media/${mediaId}`)).json()) as Item;
}

async function uploadForReview(): Promise<string> {
  return mediaIdOf(
    await sendForm(server.url, form(await filePart(clip, 'ward 3.mp4'), ['title', 'Clip']), operator),
  );
}

const done = ({ steps }: Item) =>
  steps?.length > 1 && steps.every(({ status }) => status === 'completed' || status === 'failed');

async function review(mediaId: string, decision: 'approve' | 'reject'): Promise<void> {
  const response = await fetch(at(`/v1/media/${mediaId}/review`), {
    method: 'POST',
    headers: { ...operator, 'content-type': 'application/json' },
    body: JSON.stringify({ decision, reason: REASON }),
  });
  const { position } = (await response.json()) as { position: string };
  await fetch(at(`/v1/media/${mediaId}`), { headers: { ...operator, 'mediaflow-after': position } });
}

const environment = {
  MEDIAFLOW_API_KEYS: `${KEY},another key of sixteen characters`,
  MEDIAFLOW_MODERATION_REVIEW_AT: '0',
};

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), environment);
  const filmedAt = ['-shortest', '-metadata', 'comment=filmed at +48.8577+002.2950/'];
  clip = await make(
    join(folder.path, 'clip.mp4'),
    ...picture('160x120', 1),
    ...sound(1),
    ...h264,
    ...aac,
    ...filmedAt,
  );
  const ids: string[] = [];
  for (let index = 0; index < 4; index++) ids.push(await uploadForReview());
  [inReview = '', published = '', rejected = '', deleted = ''] = ids;
  for (const id of ids)
    await vi.waitFor(async () => expect(done(await getItem(id))).toBe(true), {
      timeout: 50_000,
      interval: 100,
    });
  await review(published, 'approve');
  await review(rejected, 'reject');
  await review(deleted, 'approve');
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

describe('without a key', () => {
  test.each([
    ['POST', '/v1/media'],
    ['PATCH', '/v1/media/x'],
    ['DELETE', '/v1/media/x'],
    ['POST', '/v1/media/x/retry'],
    ['POST', '/v1/media/x/review'],
    ['POST', '/v1/media/x/takedown'],
    ['POST', '/v1/media/x/appeal'],
    ['POST', '/v1/media/x/claim'],
    ['DELETE', '/v1/media/x/claim'],
    ['GET', '/v1/moderation/policy'],
    ['POST', '/v1/interactions'],
    ['POST', '/v1/recommendations'],
    ['GET', '/v1/media/x/history'],
    ['GET', '/v1/media/x/original'],
    ['GET', '/v1/recommendations/x'],
    ['GET', '/v1/moderation/queue'],
    ['GET', '/v1/moderation/queue/x/frames/0.jpg'],
    ['GET', '/v1/moderation/queue/x/original'],
    ['GET', '/v1/projections'],
    ['GET', '/v1/dead-letters'],
    ['POST', '/v1/dead-letters/x/replay'],
    ['DELETE', '/v1/dead-letters/x'],
    ['GET', '/v1/jobs'],
    ['GET', '/metrics'],
    ['GET', '/v1/events'],
    ['GET', '/v1/events/stream'],
    ['POST', '/v1/uploads'],
    ['HEAD', '/v1/uploads/x'],
    ['PATCH', '/v1/uploads/x'],
    ['DELETE', '/v1/uploads/x'],
  ])('%s %s is refused before anything is looked at', async (method, path) => {
    for (const [code, headers] of [
      ['key_required', {}],
      ['key_unknown', { authorization: 'Bearer wrong' }],
      ['key_required', { authorization: `Basic ${KEY}` }],
    ] as const) {
      const response = await fetch(at(path), { method, headers: { ...tusHeaders, ...headers } });
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      if (method === 'HEAD') expect(response.status).toBe(401);
      else await expectProblem(response, 401, code);
    }
  });

  test('OPTIONS, which needs no key, carries no other method in', async () => {
    for (const method of ['POST', 'PATCH', 'DELETE', 'HEAD']) {
      const response = await fetch(at('/v1/uploads'), {
        method: 'OPTIONS',
        headers: { ...tusHeaders, 'upload-length': '5', 'x-http-method-override': method },
      });
      expect([response.status, response.headers.get('location')]).toEqual([204, null]);
    }
    const { items } = (await (await asOperator('/v1/media?status=uploading')).json()) as { items: Item[] };
    expect(items).toEqual([]);
  });

  test('readiness tells the status of each dependency, and its words to holders of a key only', async () => {
    type Ready = { status: string; dependencies: Record<string, { status: string; detail?: string }> };
    const ready = async (init: RequestInit) =>
      (await (await fetch(at('/health/ready'), init)).json()) as Ready;
    const { status, dependencies } = await ready({});
    expect(status).toBe('ready');
    expect(Object.keys(dependencies)).toEqual(
      expect.arrayContaining(['database', 'blobStore', 'videoTools']),
    );
    for (const dependency of Object.values(dependencies))
      expect(dependency).toEqual({ status: expect.any(String) });
    expect((await ready({ headers: operator })).dependencies.eventStore?.detail).toMatch(/^head \d+$/);
  });

  test('no route that is described as for operators is open', async () => {
    const { paths } = (await (await fetch(at('/openapi.json'))).json()) as {
      paths: Record<string, Record<string, { security?: object[] }>>;
    };
    let guarded = 0;
    for (const [path, methods] of Object.entries(paths))
      for (const [method, { security = [] }] of Object.entries(methods)) {
        if (security.length === 0) continue;
        guarded++;
        const response = await fetch(at(path.replaceAll(/\{\w+\}/g, 'x')), { method: method.toUpperCase() });
        if (method === 'head') expect(response.status).toBe(401);
        else await expectProblem(response, 401, 'key_required');
      }
    expect(guarded).toBeGreaterThan(12);
  });

  test('only what is published is found, however it is asked for', async () => {
    const queries = [
      '',
      '?status=in_review',
      '?status=rejected',
      '?status=deleted',
      '?q=clip',
      '?type=video',
    ];
    for (const query of queries) {
      const { items } = (await (await fetch(at(`/v1/media${query}`))).json()) as { items: Item[] };
      const expected = query.startsWith('?status') ? [] : [deleted, published];
      expect(
        items.map(({ id }) => id),
        query,
      ).toEqual(expected);
    }
    for (const id of [inReview, rejected])
      for (const path of ['', '/metadata'])
        await expectProblem(fetch(at(`/v1/media/${id}${path}`)), 404, 'media_not_found');
  });

  test('what is published tells nothing of its file, of how it was made, or of who decided what', async () => {
    const secrets = [REASON, 'ward 3', 'key-', '+48.8577', 'suggestive', (await getItem(published)).sha256];
    const paths = ['', '/metadata', '/hls/master.m3u8', '/storyboard.vtt'].map(
      (path) => `/v1/media/${published}${path}`,
    );
    const seen = async (init: RequestInit) =>
      Promise.all(
        [...paths, '/v1/media', '/v1/trending'].map(async (path) => (await fetch(at(path), init)).text()),
      );
    const asPublic = (await seen({})).join('\n');
    const all = (await seen({ headers: operator })).join('\n');
    expect(asPublic).toContain(published);
    for (const secret of secrets) {
      expect(all).toContain(secret);
      expect(asPublic).not.toContain(secret);
    }
    for (const id of [inReview, rejected]) expect(asPublic).not.toContain(id);
  });
});

describe('with a key', () => {
  test('metrics are scraped', async () => {
    const response = await asOperator('/metrics');
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('jobs')]);
  });

  test('everything is found, by either of the keys', async () => {
    for (const key of [KEY, 'another key of sixteen characters']) {
      const headers = { authorization: `bearer ${key}` };
      const { items } = (await (await fetch(at('/v1/media'), { headers })).json()) as { items: Item[] };
      expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining([inReview, published, rejected]));
    }
  });

  test('history names the key by a fingerprint and never tells it', async () => {
    const text = await (await asOperator(`/v1/media/${published}/history`)).text();
    expect(text).toMatch(/"actor":"key-[0-9a-f]{8}"/);
    expect(text).not.toContain(KEY);
  });
});

describe('what is not public is served to nobody', () => {
  test('nothing of an item in review or rejected, with a key or without', async () => {
    for (const id of [inReview, rejected])
      for (const path of playbackPaths(id)) {
        if (!path.endsWith('original')) await expectProblem(fetch(at(path)), 404, 'media_not_playable');
        await expectProblem(asOperator(path), 404, 'media_not_playable');
      }
    expect(await getItem(inReview)).toMatchObject({
      derivatives: [],
      playbackUrl: null,
      posterUrl: null,
      previewGifUrl: null,
      storyboardUrl: null,
      chaptersUrl: null,
      chaptersSource: null,
      subtitleTracks: [],
    });
  });

  test('segments of an item in review cannot be guessed from those of one that is published', async () => {
    const master = await (await fetch(at(`/v1/media/${published}/hls/master.m3u8`))).text();
    for (const line of master.split('\n').filter((text) => text !== '' && !text.startsWith('#')))
      await expectProblem(fetch(at(`/v1/media/${inReview}/hls/${line}`)), 404, 'rendition_not_found');
  });

  test('an item that is deleted is gone at once, its segments too', async () => {
    const master = await (await fetch(at(`/v1/media/${deleted}/hls/master.m3u8`))).text();
    const playlist = master.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? '';
    const segment = `/v1/media/${deleted}/hls/${playlist.replace('playlist.m3u8', 'init.mp4')}`;
    expect((await fetch(at(segment))).status).toBe(200);

    const response = await asOperator(`/v1/media/${deleted}`, { method: 'DELETE' });
    const { position } = (await response.json()) as { position: string };
    const after = { 'mediaflow-after': position };
    await expectProblem(fetch(at(segment), { headers: after }), 404, 'rendition_not_found');
    for (const path of playbackPaths(deleted))
      await expectProblem(asOperator(path), 404, 'media_not_playable');
    await expectProblem(fetch(at(`/v1/media/${deleted}`)), 404, 'media_not_found');
    const { items } = (await (await asOperator('/v1/media')).json()) as { items: Item[] };
    expect(items.map(({ id }) => id)).not.toContain(deleted);
  });
});

describe('a reviewer', () => {
  interface Queued {
    readonly mediaId: string;
    readonly rule: string;
    readonly scores: object;
    readonly frames: { url: string }[];
    readonly originalUrl: string;
  }
  const queue = async () =>
    ((await (await asOperator('/v1/moderation/queue')).json()) as { items: Queued[] }).items;

  test('sees why an item waits, its frames and the file, which nobody else does', async () => {
    const [item] = await queue();
    expect(item).toMatchObject({ mediaId: inReview, rule: expect.stringMatching(/\w/) });
    expect(item?.scores).toHaveProperty('adult');
    for (const url of [...(item?.frames ?? []).map((frame) => frame.url), item?.originalUrl ?? '']) {
      const response = await asOperator(url);
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
      await expectProblem(fetch(at(url)), 401, 'key_required');
    }
  });

  test('sees nothing of items that wait no more', async () => {
    expect((await queue()).map(({ mediaId }) => mediaId)).toEqual([inReview]);
    for (const id of [published, rejected])
      for (const path of ['frames/0.jpg', 'original'])
        await expectProblem(asOperator(`/v1/moderation/queue/${id}/${path}`), 404, 'not_in_review');
    await expectProblem(asOperator(`/v1/moderation/queue/${inReview}/frames/99.jpg`), 404, 'file_not_found');
  });

  test('decides once', async () => {
    for (const id of [published, rejected]) {
      const response = fetch(at(`/v1/media/${id}/review`), {
        method: 'POST',
        headers: { ...operator, 'content-type': 'application/json' },
        body: JSON.stringify({ decision: 'reject', reason: 'again' }),
      });
      await expectProblem(response, 409, 'not_in_review');
    }
  });
});

test('what the policy rejects by itself is not shown, history says which rule did it, and a person may overrule it', async () => {
  const strict = await startServer(join(folder.path, 'strict'), { MEDIAFLOW_MODERATION_REJECT_AT: '0' });
  try {
    const mediaId = await mediaIdOf(await sendForm(strict.url, form(await filePart(clip))));
    const item = await waitForItem(strict.url, mediaId, ({ status }) => status === 'rejected', 50);
    expect(item.playbackUrl).toBeNull();
    expect(item.moderation).toMatchObject({ outcome: 'rejected', rule: 'explicit_in_many_frames' });
    for (const path of playbackPaths(mediaId))
      await expectProblem(fetch(`${strict.url}${path}`), 404, 'media_not_playable');
    const types = (await historyOf(strict.url, mediaId)).map(({ type }) => type);
    expect(types).toContain('MediaRejected');
    expect(types).not.toContain('MediaPublished');

    // A false alarm: a person looks at the frames and overrules the policy, once.
    const queueOf = async (query: string) =>
      (
        await getJson<{ items: { mediaId: string; frames: { url: string }[] }[] }>(
          `${strict.url}/v1/moderation/queue${query}`,
        )
      ).items;
    expect(await queueOf('')).toEqual([]);
    const [alarm] = await queueOf('?status=rejected');
    expect(alarm?.mediaId).toBe(mediaId);
    expect((await fetch(`${strict.url}${alarm?.frames[0]?.url}`)).status).toBe(200);
    const review = (decision: string) =>
      sendJson(`${strict.url}/v1/media/${mediaId}/review`, { decision, reason: 'A false alarm' });
    expect((await review('approve')).status).toBe(202);
    const shown = await waitForItem(
      strict.url,
      mediaId,
      ({ status, steps }) => status === 'published' && steps.every((step) => step.status === 'completed'),
      50,
    );
    expect(shown).toMatchObject({ moderation: { outcome: 'approved', rule: 'reviewed' } });
    expect((await fetch(`${strict.url}${shown.posterUrl}`)).status).toBe(200);
    expect(await queueOf('?status=rejected')).toEqual([]);
    await expectProblem(review('reject'), 409, 'not_in_review');
  } finally {
    await strict.stop();
  }
});

test('the uploaded file of a published item, and metrics, need a key unless they are public', async () => {
  const original = (id: string, headers = {}) => fetch(at(`/v1/media/${id}/original`), { headers });
  const asOperator = await original(published, operator);
  expect([asOperator.status, asOperator.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
  await expectProblem(original(published), 401, 'key_required');

  await server.stop();
  server = await startServer(server.dataFolder, {
    ...environment,
    MEDIAFLOW_PUBLIC_ORIGINALS: 'true',
    MEDIAFLOW_METRICS_PUBLIC: 'true',
  });
  const open = await original(published);
  expect([open.status, open.headers.get('cache-control')]).toEqual([200, 'public, no-cache']);
  await expectProblem(original(inReview), 404, 'media_not_playable');
  expect((await fetch(at('/metrics'))).status).toBe(200);
});
