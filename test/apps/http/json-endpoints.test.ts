import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson, historyOf, waitForItem } from '../../e2e/support/client.js';
import {
  createTusUpload,
  expectProblem,
  form,
  mediaIdOf,
  sendForm,
  sendJson,
  textPart,
} from './support/client.js';
import { playbackPaths } from './support/playback-paths.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let server: TestServer;
/** An item that has failed in processing: everything but playback can be asked of it. */
let failedItem: string;

const at = (path: string) => `${server.url}${path}`;

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'));
  failedItem = await mediaIdOf(await sendForm(server.url, form(textPart('no video'))));
  await waitForItem(server.url, failedItem, ({ status }) => status === 'failed', 50);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

describe('a body that is wrong is refused with what is wrong with it', () => {
  test('malformed JSON', async () => {
    for (const body of ['{', '{"userId":"a",}', 'undefined', '{"__proto__":{"x":1},"userId":"a"}'])
      await expectProblem(sendJson(at('/v1/recommendations'), body), 400, 'malformed_json');
  });

  test('no body where one is needed', async () => {
    await expectProblem(sendJson(at('/v1/recommendations'), ''), 400, 'invalid_request');
    await expectProblem(fetch(at('/v1/interactions'), { method: 'POST' }), 400, 'invalid_request');
  });

  test('an unknown field, named', async () => {
    const problem = await expectProblem(
      sendJson(at(`/v1/media/${failedItem}`), { titel: 'x' }, { method: 'PATCH' }),
      400,
      'invalid_request',
    );
    expect(problem.detail).toContain('titel');
    await expectProblem(
      sendJson(at(`/v1/media/${failedItem}/review`), { decision: 'approve', reason: 'x', by: 'me' }),
      400,
      'invalid_request',
    );
  });

  test('wrong types, named by their path also inside a list', async () => {
    for (const [body, path] of [
      [{ userId: 1, mediaId: failedItem, type: 'play' }, 'body.userId'],
      [[{ userId: 'a', mediaId: failedItem, type: 'stare' }], 'body.0.type'],
      [{ userId: 'a', mediaId: failedItem, type: 'rate', value: '5' }, 'body.value'],
    ] as const) {
      const problem = await expectProblem(sendJson(at('/v1/interactions'), body), 400, 'invalid_request');
      expect(problem.details?.issues).toEqual(
        expect.arrayContaining([expect.objectContaining({ at: path })]),
      );
    }
  });

  test('more than 1 MiB', async () => {
    const body = JSON.stringify({ userId: 'a', genre: ' '.repeat(1024 * 1024) });
    await expectProblem(sendJson(at('/v1/recommendations'), body), 413, 'body_too_large');
  });

  test('nested without end', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    await expectProblem(sendJson(at('/v1/interactions'), deep), 400, 'json_too_deep');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'image/png', 'application/xml', 'nonsense'])(
    'as %s, which a page of any origin could send',
    async (type) => {
      const response = sendJson(at('/v1/recommendations'), '{"userId":"a"}', {
        headers: { 'content-type': type },
      });
      await expectProblem(response, 415, 'unsupported_content_type');
    },
  );

  test('as a form', async () => {
    await expectProblem(
      fetch(at('/v1/recommendations'), { method: 'POST', body: form(['userId', 'a']) }),
      415,
      'unsupported_content_type',
    );
    await expectProblem(fetch(at('/v1/media'), { method: 'POST' }), 415, 'multipart_expected');
  });

  test('with NUL characters and halves of surrogate pairs', async () => {
    const bodies = ['{"userId":"a\\u0000b"}', '{"userId":"\\ud800"}', '{"userId":"a","genre":"\\udc00x"}'];
    for (const body of bodies)
      await expectProblem(sendJson(at('/v1/recommendations'), body), 400, 'unstorable_text');
    await expectProblem(
      sendJson(at('/v1/interactions'), { userId: 'a', mediaId: 'b\0c', type: 'play' }),
      400,
      'unstorable_text',
    );
    await expectProblem(
      sendJson(at(`/v1/media/${failedItem}`), { tags: ['ok', '\0'] }, { method: 'PATCH' }),
      400,
      'unstorable_text',
    );
  });

  test('a command without a body may claim any JSON', async () => {
    const response = await sendJson(at('/v1/media/nobody'), '', { method: 'DELETE' });
    await expectProblem(response, 404, 'media_not_found');
  });
});

describe('addresses', () => {
  test('every route with an id says that an unknown one is not there', async () => {
    const gets = ['', '/metadata', '/history', '/hls/360p-0/playlist.m3u8'].map(
      (path) => `/v1/media/x${path}`,
    );
    for (const id of ['nobody', '00000000-0000-4000-8000-000000000000', "' or 1=1 --", '..%2f..', '💥'])
      for (const path of [...gets, ...playbackPaths('x')]) {
        const response = await fetch(at(path.replace('/x', `/${encodeURIComponent(id)}`)));
        expect((await expectProblem(response, 404, await codeOf(response))).code, path).toMatch(
          /^(media_not_found|media_not_playable|rendition_not_found)$/,
        );
      }
    await expectProblem(fetch(at('/v1/moderation/queue/nobody/original')), 404, 'not_in_review');
    await expectProblem(fetch(at('/v1/moderation/queue/nobody/frames/0.jpg')), 404, 'not_in_review');
    for (const path of ['/retry', '/review'])
      await expectProblem(
        sendJson(at(`/v1/media/nobody${path}`), { decision: 'approve', reason: 'x' }),
        404,
        'media_not_found',
      );
    await expectProblem(
      sendJson(at('/v1/media/nobody'), { title: 'x' }, { method: 'PATCH' }),
      404,
      'media_not_found',
    );
    const letter = '/v1/dead-letters/00000000-0000-4000-8000-000000000000';
    await expectProblem(fetch(at(`${letter}/replay`), { method: 'POST' }), 404, 'dead_letter_not_found');
    await expectProblem(fetch(at(letter), { method: 'DELETE' }), 404, 'dead_letter_not_found');
  });

  test('an id with a NUL character is refused everywhere', async () => {
    for (const path of ['', '/history', '/metadata', '/hls/master.m3u8', '/original', '/poster.jpg'])
      await expectProblem(fetch(at(`/v1/media/a%00b${path}`)), 400, 'unstorable_text');
    await expectProblem(fetch(at('/v1/media/a%00b'), { method: 'DELETE' }), 400, 'unstorable_text');
    await expectProblem(fetch(at('/v1/recommendations/%00')), 400, 'unstorable_text');
  });

  test('an id that is too long, or no text at all', async () => {
    await expectProblem(fetch(at(`/v1/media/${'x'.repeat(201)}`)), 400, 'invalid_request');
    await expectProblem(fetch(at(`/v1/media/${'x'.repeat(2000)}`)), 414, 'url_too_long');
    await expectProblem(fetch(at('/v1/media/%E0%A4%A')), 400, 'malformed_url');
  });

  test('an unknown address is 404, a wrong method 405 that names the right ones', async () => {
    await expectProblem(fetch(at('/v1/nothing')), 404, 'route_not_found');
    await expectProblem(fetch(at('/v1/nothing'), { method: 'POST' }), 404, 'route_not_found');
    const response = await fetch(at('/v1/media'), { method: 'PUT' });
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    await expectProblem(response, 405, 'method_not_allowed');
    await expectProblem(fetch(at('/v1/trending'), { method: 'DELETE' }), 405, 'method_not_allowed');
    const put = fetch(at('/v1/uploads'), { method: 'PUT', headers: { 'tus-resumable': '1.0.0' } });
    await expectProblem(put, 405, 'method_not_allowed');
  });

  test('headers without end', async () => {
    const response = fetch(at('/v1/media'), { headers: { 'x-long': 'a'.repeat(40_000) } });
    await expectProblem(response, 431, 'headers_too_large');
  });
});

describe('lists', () => {
  test.each([
    'limit=0',
    'limit=-1',
    'limit=1.5',
    'limit=201',
    'limit=x',
    'limit=1e9',
    'status=done',
    'page=2',
  ])('?%s is refused', async (query) => {
    await expectProblem(fetch(at(`/v1/media?${query}`)), 400, 'invalid_request');
  });

  test('a cursor that was not given out is refused', async () => {
    const encoded = (text: string) => Buffer.from(text).toString('base64url');
    const cursors = ['x', encoded('1 x'), encoded('2026-02-31T00:00:00.000000Z x'), encoded('a b c')];
    const more = [
      encoded('0000-01-01T00:00:00.000000Z x'),
      encoded('2026-01-01T25:00:00.000000Z x'),
      encoded('2026-01-01T00:00:00.000000Z \0'),
    ];
    for (const cursor of [...cursors, ...more])
      await expectProblem(fetch(at(`/v1/media?cursor=${cursor}`)), 400, 'invalid_cursor');
  });

  test('cursors lead through all items, each once', async () => {
    let position = '';
    for (let index = 0; index < 3; index++) {
      const sent = await sendForm(server.url, form(textPart(`no video ${index}`)));
      ({ position } = (await sent.json()) as { position: string });
    }
    await fetch(at('/v1/media'), { headers: { 'mediaflow-after': position } });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { id: string }[]; nextCursor: string | null } = await getJson(
        at(`/v1/media?limit=1${cursor && `&cursor=${cursor}`}`),
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test.each([
    'beach',
    'BEACH',
    'beach_2026',
    'my-beach_2026.final.mp4',
    'final beach',
    '"2026 final"',
    'mp4 -sea',
  ])('an item that has only its file name is found by %j', async (q) => {
    const mediaId = await mediaIdOf(
      await sendForm(server.url, form(textPart('no video', 'my-beach_2026.final.mp4'))),
    );
    await waitForItem(server.url, mediaId, () => true);
    const { items } = await getJson<{ items: { id: string }[] }>(at(`/v1/media?q=${encodeURIComponent(q)}`));
    expect(items.map(({ id }) => id)).toContain(mediaId);
  });

  test('whatever is searched for is only searched for', async () => {
    const hostile = [
      "' or 1=1 --",
      '%',
      '_',
      '\\',
      '"',
      '"a',
      'a & | ! <-> b',
      ':*',
      "'; drop table media_library",
      '(((',
      '🎬',
    ];
    for (const q of [...hostile, 'a'.repeat(300)]) {
      const found = await getJson<{ items: unknown[] }>(at(`/v1/media?q=${encodeURIComponent(q)}`));
      expect(found.items, q).toEqual([]);
      const tagged = await getJson<{ items: unknown[] }>(
        at(`/v1/media?tag=${encodeURIComponent(q.slice(0, 100))}`),
      );
      expect(tagged.items, q).toEqual([]);
    }
    await expectProblem(fetch(at('/v1/media?q=%00')), 400, 'unstorable_text');
    await expectProblem(fetch(at('/v1/media?tag=%00')), 400, 'unstorable_text');
    await expectProblem(fetch(at(`/v1/media?q=${'a'.repeat(301)}`)), 400, 'invalid_request');
    await expectProblem(fetch(at('/v1/media?q=a&q=b')), 400, 'invalid_request');
  });
});

describe('Mediaflow-After', () => {
  test('what is no position is refused', async () => {
    for (const after of [';', 'a b', "' --", 'x'.repeat(65)])
      await expectProblem(
        fetch(at('/v1/media'), { headers: { 'mediaflow-after': after } }),
        400,
        'invalid_position',
      );
  });

  test('a position far in the future is told to come back, within about five seconds', async () => {
    const startedAt = performance.now();
    const response = await fetch(at('/v1/trending'), { headers: { 'mediaflow-after': '9999999999999999' } });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    await expectProblem(response, 503, 'view_behind');
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });
});

describe('interactions', () => {
  const play = (more: object = {}) => ({ userId: 'ada', mediaId: failedItem, type: 'play', ...more });

  test('a thousand at once are taken, one more is refused', async () => {
    const response = await sendJson(
      at('/v1/interactions'),
      Array.from({ length: 1000 }, () => play()),
    );
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ accepted: 1000 });
    await expectProblem(
      sendJson(
        at('/v1/interactions'),
        Array.from({ length: 1001 }, () => play()),
      ),
      400,
      'invalid_request',
    );
    await expectProblem(sendJson(at('/v1/interactions'), []), 400, 'invalid_request');
  });

  test.each([
    { type: 'rate', value: 5.1 },
    { type: 'rate', value: -1 },
    { type: 'rate' },
    { type: 'progress', value: 1.01 },
    { type: 'progress', value: null },
  ])('a value out of range is refused: %o', async (wrong) => {
    await expectProblem(sendJson(at('/v1/interactions'), play(wrong)), 400, 'invalid_request');
  });

  test('one item that does not exist refuses the whole list', async () => {
    const before = await getJson<{ position: string }>(at('/v1/events?limit=1000&type=InteractionRecorded'));
    await expectProblem(
      sendJson(at('/v1/interactions'), [play(), play({ mediaId: 'nobody' })]),
      404,
      'media_not_found',
    );
    const after = await getJson<{ items: unknown[] }>(
      at(`/v1/events?type=InteractionRecorded&after=${before.position}`),
    );
    expect(after.items).toEqual([]);
  });

  test('a time that no view could hold is refused, and the views go on', async () => {
    for (const occurredAt of ['0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '9999-12-31T23:59:59-14:00'])
      await expectProblem(
        sendJson(at('/v1/interactions'), play({ occurredAt })),
        400,
        'occurred_at_out_of_range',
      );
    await expectProblem(
      sendJson(at('/v1/interactions'), [play(), play({ occurredAt: '2999-01-01T00:00:00Z' })]),
      400,
      'occurred_at_out_of_range',
    );
    await expectProblem(
      sendJson(at('/v1/interactions'), play({ occurredAt: 'yesterday' })),
      400,
      'invalid_request',
    );
    const response = await sendJson(at('/v1/interactions'), play({ occurredAt: '1970-01-01T00:00:00Z' }));
    const { position } = (await response.json()) as { position: string };
    await getJson(at('/v1/trending'), { 'mediaflow-after': position });
    const { items } = await getJson<{ items: { status: string }[] }>(at('/v1/projections'));
    expect(items.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  test.each(['a/b', '../admin', 'ümläut 日本', '%2F', '?&#', 'a'.repeat(200), '🎬'.repeat(100), ' spaced '])(
    'the viewer %s is recommended something under the same name',
    async (userId) => {
      const response = await sendJson(at('/v1/recommendations'), { userId });
      expect(response.status).toBe(202);
      const address = at(`/v1/recommendations/${encodeURIComponent(userId)}`);
      const list = () => getJson<{ userId: string; generatedAt: string | null }>(address);
      await expect.poll(async () => (await list()).generatedAt, { timeout: 15_000 }).not.toBeNull();
      expect((await list()).userId).toBe(userId.trim());
    },
  );
});

describe('what is done stays done', () => {
  test('an item that waits for no review cannot be reviewed', async () => {
    await expectProblem(
      sendJson(at(`/v1/media/${failedItem}/review`), { decision: 'approve', reason: 'x' }),
      409,
      'not_in_review',
    );
  });

  test('retrying what is still being uploaded, or deleted, is refused', async () => {
    const mediaId = (await createTusUpload(server.url, 10)).split('/').at(-1);
    const retry = () => fetch(at(`/v1/media/${mediaId}/retry`), { method: 'POST' });
    await expectProblem(retry(), 409, 'still_uploading');
    await fetch(at(`/v1/media/${mediaId}`), { method: 'DELETE' });
    await expectProblem(retry(), 404, 'media_deleted');
  });

  test('deleting twice is deleting once; a deleted item cannot be changed', async () => {
    const mediaId = await mediaIdOf(await sendForm(server.url, form(textPart('to be deleted'))));
    const remove = () => fetch(at(`/v1/media/${mediaId}`), { method: 'DELETE' });
    expect((await remove()).status).toBe(202);
    expect((await remove()).status).toBe(202);
    await expectProblem(
      sendJson(at(`/v1/media/${mediaId}`), { title: 'x' }, { method: 'PATCH' }),
      404,
      'media_deleted',
    );
    const types = async () => (await historyOf(server.url, mediaId)).map(({ type }) => type);
    await expect.poll(types, { timeout: 10_000 }).toContain('MediaPurged');
    expect((await types()).filter((type) => type === 'MediaDeleted')).toHaveLength(1);
  });

  test('a change that changed nothing is not made by its repeat either, nor is another under its key', async () => {
    const mediaId = (await createTusUpload(server.url, 10, { title: 'Old' })).split('/').at(-1);
    const change = (title: string, key?: string) =>
      sendJson(
        at(`/v1/media/${mediaId}`),
        { title },
        { method: 'PATCH', headers: key ? { 'idempotency-key': key } : {} },
      );
    const answer = async (response: Promise<Response>) =>
      (await (await response).json()) as { position: string };

    const first = await answer(change('Old', 'unchanged'));
    const { position } = await answer(change('New'));
    expect(await answer(change('Old', 'unchanged'))).toEqual(first);
    await expectProblem(change('Other', 'unchanged'), 409, 'idempotency_key_reused');
    expect(first.position < position).toBe(true);
    const item = await getJson<{ title: string }>(at(`/v1/media/${mediaId}`), {
      'mediaflow-after': position,
    });
    expect(item.title).toBe('New');
  });

  test('the same Idempotency-Key is the same command, even ten times at once', async () => {
    const send = () =>
      sendJson(at('/v1/recommendations'), { userId: 'once' }, { headers: { 'idempotency-key': 'once' } });
    const answers = await Promise.all(Array.from({ length: 10 }, async () => (await send()).json()));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { requestId } = answers[0] as { requestId: string };
    const { items } = await getJson<{ items: { data: { requestId: string } }[] }>(
      at('/v1/events?type=RecommendationRequested&limit=1000'),
    );
    expect(items.filter(({ data }) => data.requestId === requestId)).toHaveLength(1);
    await expectProblem(
      sendJson(at('/v1/recommendations'), { userId: 'other' }, { headers: { 'idempotency-key': 'once' } }),
      409,
      'idempotency_key_reused',
    );
    await expectProblem(
      sendJson(
        at('/v1/recommendations'),
        { userId: 'a' },
        { headers: { 'idempotency-key': 'k'.repeat(256) } },
      ),
      400,
      'invalid_idempotency_key',
    );
  });
});

const codeOf = async (response: Response): Promise<string> =>
  ((await response.clone().json()) as { code: string }).code;
