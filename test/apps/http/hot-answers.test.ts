import { request as httpRequest, IncomingMessage, Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HEADERS_LOOKED_AT } from '../../../src/apps/http/early-answers.js';
import { getJson, type Item, isSettled } from '../../e2e/support/client.js';
import { filePart, form, mediaIdOf, sendForm, sendJson } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
const KEY = 'an-operators-key-of-this-test';
const OTHER_KEY = 'another-operators-key-of-it';
const operator = { authorization: `Bearer ${KEY}` };
const ORIGIN = 'https://www.example.com';
let server: TestServer;
let clip: string;
let mediaId: string;

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
    MEDIAFLOW_API_KEYS: `${KEY},${OTHER_KEY}`,
    MEDIAFLOW_CORS_ORIGINS: ORIGIN,
    MEDIAFLOW_METRICS_PUBLIC: 'true',
  });
  clip = await makeGoodClip(join(folder.path, 'clip.mp4'), 1);
  mediaId = await published('Clip');
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

async function published(title: string): Promise<string> {
  const sent = await sendForm(server.url, form(['title', title], await filePart(clip)), operator);
  const id = await mediaIdOf(sent);
  const settled = async () => {
    const answer = await fetch(`${server.url}/v1/media/${id}`, { headers: operator });
    return answer.ok && isSettled((await answer.json()) as Item);
  };
  while (!(await settled())) await delay(50);
  return id;
}

const pathOf = (path = '') => `/v1/media/${mediaId}${path}`;
const HOT = ['', '/hls/master.m3u8'];

interface Raw {
  readonly status: number | undefined;
  readonly head: readonly string[];
  readonly body: string;
}

/** An answer as it comes, every header in its place but the time. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(server.url + path, { method, headers }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const pairs = Array.from({ length: answer.rawHeaders.length / 2 }, (_, index) =>
        answer.rawHeaders.slice(2 * index, 2 * index + 2).join(': '),
      );
      const head = pairs.filter((line) => !line.startsWith('Date: '));
      resolve({ status: answer.statusCode, head, body: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject);
    sent.end();
  });

/** How many answers the application was not asked for. */
async function early(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/cache_hits_total\{cache="hot_answers",tier="early"\} (\d+)/.exec(text)?.[1] ?? 0);
}

/** Asks until the answer is at hand: changes that were made before may still have to be heard of. */
async function untilAtHand(path: string, headers: Record<string, string> = {}): Promise<Raw> {
  for (;;) {
    const before = await early();
    const answer = await ask(path, headers);
    if ((await early()) > before) return answer;
  }
}

/** Whoever has to know the latest is always answered by the application. */
const byTheApplication = (path: string, headers: Record<string, string> = {}) =>
  ask(path, { ...headers, 'mediaflow-after': '0' });

test.each([
  ['everybody', {}],
  ['an operator', operator],
  ['another operator', { authorization: `bearer   ${OTHER_KEY}` }],
  ['a page of ours', { origin: ORIGIN }],
  ['a page of ours with a key', { origin: ORIGIN, ...operator }],
  ['a page of others', { origin: 'https://other.example' }],
  ['one who calls the server otherwise', { host: 'media.example' }],
  ['one who closes the connection', { connection: 'close' }],
  ['one with much to say', { accept: '*/*', cookie: 'a=b', 'user-agent': 'x', 'x-forwarded-for': '::1' }],
])('an answer at hand is that of the application, header by header, for %s', async (_, headers) => {
  for (const path of [...HOT.map(pathOf), '/v1/trending', '/v1/trending?limit=3']) {
    const expected = await byTheApplication(path, headers);
    expect(expected.status).toBe(200);
    expect(await untilAtHand(path, headers), path).toEqual(expected);
  }
});

test('what an operator sees is at hand for operators only', async () => {
  const forOperators = await untilAtHand(pathOf(), operator);
  expect(JSON.parse(forOperators.body)).toMatchObject({ filename: 'clip.mp4' });
  const wrong = { authorization: 'Bearer none-of-the-keys-of-this-server' };
  for (const headers of [{}, wrong, { authorization: `Basic ${KEY}` }, { authorization: KEY }])
    expect(JSON.parse((await ask(pathOf(), headers)).body)).toMatchObject({ filename: '', steps: [] });
  const forEverybody = await untilAtHand(pathOf());
  expect(forEverybody.body).not.toContain('clip.mp4');
  expect(JSON.parse((await ask(pathOf(), operator)).body)).toMatchObject({ filename: 'clip.mp4' });
});

test('a wrong key is counted each time, however often the answer has been given', async () => {
  const wrong = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/http_wrong_keys_total\{outcome="told"\} (\d+)/.exec(text)?.[1]);
  };
  await untilAtHand(pathOf());
  const [before, headers] = [await wrong(), { authorization: 'Bearer wrong-key-that-is-tried-again' }];
  for (let turn = 0; turn < 5; turn++) expect((await ask(pathOf(), headers)).status).toBe(200);
  expect(await wrong()).toBe(before + 5);
});

test('what asks for more than the answer at hand is for the application', async () => {
  const { head } = await untilAtHand(pathOf('/hls/master.m3u8'));
  const etag = head.find((line) => line.startsWith('etag: '))?.slice('etag: '.length) ?? '';
  expect(await ask(pathOf('/hls/master.m3u8'), { 'if-none-match': etag })).toMatchObject({
    ...{ status: 304, body: '' },
  });
  await untilAtHand(pathOf());
  expect(await ask(pathOf(), {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  expect(await ask(pathOf(), { 'idempotency-key': '' })).toMatchObject({ status: 400 });
  expect(await ask(pathOf(), { 'mediaflow-after': '~' })).toMatchObject({ status: 400 });
  expect(await ask(pathOf(), { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
  expect(await ask(`${pathOf()}?unknown=1`)).toMatchObject({ status: 400 });
});

test('of a request the application looks at nothing that tells one from another and is not looked at before', async () => {
  const read = new Set<string>();
  const emit = Server.prototype.emit;
  Server.prototype.emit = function (this: Server, ...parameters: Parameters<typeof emit>) {
    const [event, request] = parameters as readonly unknown[];
    if (event === 'request' && request instanceof IncomingMessage) {
      const get = (headers: object, name: string | symbol): unknown => {
        if (typeof name === 'string') read.add(name);
        return Reflect.get(headers, name);
      };
      Object.defineProperty(request, 'headers', { value: new Proxy(request.headers, { get }) });
    }
    return emit.apply(this, parameters);
  } as typeof emit;
  try {
    for (const path of [...HOT.map(pathOf), '/v1/trending'])
      for (const headers of [{}, operator, { origin: ORIGIN }]) await byTheApplication(path, headers);
    await ask(pathOf('/hls/master.m3u8'), { 'if-none-match': '"other"' });
  } finally {
    Server.prototype.emit = emit;
  }
  // No query sends a command, into which a trace would go on; and ends of connections are Node's business either way.
  const known = new Set([...HEADERS_LOOKED_AT, 'traceparent', 'connection']);
  expect([...read].filter((name) => !known.has(name))).toEqual([]);
  expect([...read]).toEqual(expect.arrayContaining(['authorization', 'origin', 'mediaflow-after']));
});

test('a change shows as soon as its view has passed it, to all, also to those who wait for nothing', async () => {
  for (let turn = 0; turn < 10; turn++) {
    for (const headers of [{}, operator]) await untilAtHand(pathOf(), headers);
    const title = `Title ${turn}`;
    const changed = await sendJson(server.url + pathOf(), { title }, { method: 'PATCH', headers: operator });
    const { position } = (await changed.json()) as { position: string };
    const own = await ask(pathOf(), { 'mediaflow-after': position });
    expect(JSON.parse(own.body)).toMatchObject({ title });
    for (const headers of [{}, operator])
      expect(JSON.parse((await ask(pathOf(), headers)).body)).toMatchObject({ title });
  }
});

test('what is taken down is gone at once wherever it was at hand', async () => {
  mediaId = await published('Taken down');
  const sent = { userId: 'u', mediaId, type: 'play', occurredAt: new Date().toISOString() };
  const { position: played } = (await (
    await sendJson(`${server.url}/v1/interactions`, sent, { headers: operator })
  ).json()) as { position: string };
  await ask('/v1/trending', { 'mediaflow-after': played });
  await getJson(`${server.url}/v1/recommendations/somebody`, {
    ...operator,
    'mediaflow-after': played,
  });
  const { body } = await untilAtHand('/v1/trending');
  expect(body).toContain(mediaId);
  expect((await ask('/v1/recommendations/somebody', operator)).body).toContain(mediaId);
  const segments = (await untilAtHand(pathOf('/hls/master.m3u8'))).body;
  const playlist = segments.split('\n').find((line) => line.endsWith('.m3u8')) ?? '';
  expect((await ask(pathOf(`/hls/${playlist}`))).status).toBe(200);
  for (const headers of [{}, operator]) await untilAtHand(pathOf(), headers);

  const deleted = await fetch(server.url + pathOf(), { method: 'DELETE', headers: operator });
  const { position } = (await deleted.json()) as { position: string };
  expect((await ask(pathOf(), { 'mediaflow-after': position })).status).toBe(404);
  expect((await ask(pathOf())).status).toBe(404);
  expect((await ask(pathOf('/hls/master.m3u8'))).status).toBe(404);
  expect((await ask(pathOf(`/hls/${playlist}`))).status).toBe(404);
  expect((await ask('/v1/trending')).body).not.toContain(mediaId);
  expect((await ask('/v1/recommendations/somebody', operator)).body).not.toContain(mediaId);
  expect(JSON.parse((await ask(pathOf(), operator)).body)).toMatchObject({ status: 'deleted', title: '' });
});
