import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, sendJson } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const KEY = 'a key of more than sixteen characters';
const operator = { authorization: `Bearer ${KEY}` };

const folder = temporaryFolder();
let server: TestServer;
const at = (path: string) => `${server.url}${path}`;
const head = async (path: string, headers: Record<string, string> = {}) =>
  (await fetch(at(path), { headers })).headers;

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), { MEDIAFLOW_API_KEYS: KEY });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

/** What a request whose body never comes is answered. */
function answerBeforeBody(path: string, headers: Record<string, string>): Promise<string> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer without the body')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      resolve(chunk.toString('latin1'));
      socket.destroy();
    });
    const lines = Object.entries({ host: 'localhost', ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  });
}

describe('the key is asked for first', () => {
  test.each(['/v1/interactions', '/v1/recommendations', '/v1/media/x/review'])(
    'POST %s is refused before its body has come',
    async (path) => {
      const headers = { 'content-type': 'application/json', 'content-length': '1000000' };
      expect(await answerBeforeBody(path, headers)).toMatch(/^HTTP\/1\.1 401 [\s\S]*key_required/);
      expect(await answerBeforeBody(path, { ...headers, authorization: 'Bearer wrong' })).toMatch(
        /^HTTP\/1\.1 401 [\s\S]*key_unknown/,
      );
    },
  );

  test('what is no JSON at all is of no interest without a key', async () => {
    await expectProblem(sendJson(at('/v1/interactions'), '{'), 401, 'key_required');
    await expectProblem(
      sendJson(at('/v1/interactions'), '{', { headers: { 'content-type': 'text/plain' } }),
      401,
      'key_required',
    );
  });

  test('with a key, JSON has a depth and a size', async () => {
    const send = (body: string) => sendJson(at('/v1/interactions'), body, { headers: operator });
    await expectProblem(send('['.repeat(500_000)), 400, 'json_too_deep');
    await expectProblem(send(`[${'0,'.repeat(400_000)}0]`), 413, 'json_too_large');
  });
});

describe('caches', () => {
  test.each([
    '/v1/media',
    '/v1/media/x',
    '/v1/media/x/metadata',
    '/v1/jobs',
    '/v1/projections',
    '/v1/events',
    '/v1/recommendations/x',
    '/metrics',
    '/health/ready',
  ])('are told that %s differs by key, whoever asks', async (path) => {
    for (const headers of [{}, operator]) {
      const answer = await head(path, headers);
      expect(answer.get('vary')).toMatch(/\bAuthorization\b/);
      expect(answer.get('cache-control')).toMatch(/private|no-store/);
    }
  });

  test('keep what depends on the key for its holder alone', async () => {
    expect((await head('/v1/media', operator)).get('cache-control')).toContain('private');
    expect((await head('/v1/media')).get('cache-control')).toContain('private');
  });

  test('keep no refusal', async () => {
    for (const path of ['/v1/media/x/hls/master.m3u8', '/v1/nothing', '/v1/jobs'])
      expect((await head(path)).get('cache-control')).toBe('no-store');
  });
});

test.each([
  '/',
  '/docs',
  '/openapi.json',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/v1/media',
  '/v1/trending',
  '/v1/nothing',
  '/v1/uploads',
  '/v1/media/%E0%A4%A',
  '/v1/media/x/poster.jpg',
])('the type of %s is what it says, and nobody may frame it', async (path) => {
  const { headers } = await fetch(at(path), { redirect: 'manual' });
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});

test('guessing keys is throttled and counted, and a right key is taken all the while', async () => {
  const guess = (index: number) =>
    fetch(at('/v1/media'), { headers: { authorization: `Bearer guess-${index}` } });
  const statuses = await Promise.all(
    Array.from({ length: 120 }, async (_, index) => (await guess(index)).status),
  );
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(50);
  const refusal = await guess(0);
  expect(refusal.headers.get('retry-after')).toMatch(/^\d+$/);
  await expectProblem(refusal, 429, 'too_many_wrong_keys');
  for (const path of ['/v1/jobs', '/v1/media']) {
    expect((await fetch(at(path), { headers: operator })).status).toBe(200);
    expect((await fetch(at(path), { headers: { authorization: 'Bearer another guess' } })).status).toBe(429);
  }
  // Without a key, and for what no key changes, nothing is held up either.
  expect((await fetch(at('/v1/media'))).status).toBe(200);
  expect(
    (await fetch(at('/v1/trending'), { headers: { authorization: 'Bearer of another system' } })).status,
  ).toBe(200);
  const upload = { method: 'POST', headers: { 'tus-resumable': '1.0.0', authorization: 'Bearer guess' } };
  await expectProblem(fetch(at('/v1/uploads'), upload), 429, 'too_many_wrong_keys');
  expect(await (await fetch(at('/metrics'), { headers: operator })).text()).toMatch(
    /http_wrong_keys_total\{outcome="throttled"\} [5-9]\d/,
  );
});
