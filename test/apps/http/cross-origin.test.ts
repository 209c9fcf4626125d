import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/apps/config.js';
import { allowOtherOrigins } from '../../../src/apps/http/cross-origin.js';
import {
  createTusUpload,
  expectProblem,
  form,
  patchTus,
  sendForm,
  sendJson,
  textPart,
  tusHeaders,
} from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const KEY = 'a key of more than sixteen characters';
const SITE = 'https://www.example.com';
const page = { origin: SITE };
const operator = { ...page, authorization: `Bearer ${KEY}` };
const stranger = { origin: 'https://evil.example' };

const folder = temporaryFolder();
let server: TestServer;
const at = (path: string) => `${server.url}${path}`;

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_API_KEYS: KEY,
    MEDIAFLOW_CORS_ORIGINS: `http://localhost:5173, ${SITE}/`,
    MEDIAFLOW_MAXIMUM_UPLOAD_BYTES: '1000',
  });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const allowedBy = (response: Response) => response.headers.get('access-control-allow-origin');
const exposedBy = (response: Response) =>
  (response.headers.get('access-control-expose-headers') ?? '').toLowerCase().split(', ');

const preflight = (path: string, method: string, asksFor: string, origin = SITE) =>
  fetch(at(path), {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(asksFor ? { 'access-control-request-headers': asksFor } : {}),
    },
  });

describe('a page of a named origin', () => {
  test.each([
    ['/v1/uploads', 'POST', 'authorization,tus-resumable,upload-length,upload-metadata,idempotency-key'],
    ['/v1/uploads/x', 'PATCH', 'authorization,content-type,tus-resumable,upload-offset,x-request-id'],
    ['/v1/uploads/x', 'DELETE', 'authorization,tus-resumable'],
    ['/v1/media', 'POST', 'authorization,idempotency-key'],
    ['/v1/media/x', 'PATCH', 'authorization,content-type,idempotency-key'],
    ['/v1/media/x', 'GET', 'authorization,mediaflow-after'],
    ['/v1/events/stream', 'GET', 'authorization,last-event-id'],
    ['/metrics', 'GET', 'authorization'],
  ])('is told before it asks that it may send %s %s with its headers, without a key', async (...asked) => {
    const response = await preflight(...asked);
    expect([response.status, allowedBy(response)]).toEqual([204, SITE]);
    expect(response.headers.get('access-control-allow-methods')?.split(', ')).toContain(asked[1]);
    expect(response.headers.get('access-control-allow-headers')).toBe(asked[2]);
    expect(response.headers.get('vary')).toBe('Origin, Access-Control-Request-Headers');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('uploads in pieces and reads every header that tus needs', async () => {
    const created = await fetch(at('/v1/uploads'), {
      method: 'POST',
      headers: { ...operator, ...tusHeaders, 'upload-length': '6', 'idempotency-key': 'page-1' },
    });
    expect([created.status, allowedBy(created), created.headers.get('vary')]).toEqual([
      201,
      SITE,
      'Origin, Authorization',
    ]);
    const readable = exposedBy(created);
    expect(readable).toEqual(
      expect.arrayContaining(['location', 'upload-offset', 'tus-resumable', 'upload-expires']),
    );
    const upload = new URL(created.headers.get('location') ?? '', server.url).href;

    const first = await patchTus(upload, 0, new TextEncoder().encode('abc'), operator);
    expect([first.status, allowedBy(first), first.headers.get('upload-offset')]).toEqual([204, SITE, '3']);
    const head = await fetch(upload, { method: 'HEAD', headers: { ...operator, ...tusHeaders } });
    expect([allowedBy(head), head.headers.get('upload-length')]).toEqual([SITE, '6']);
    const last = await patchTus(upload, 3, new TextEncoder().encode('def'), operator);
    expect(last.headers.get('mediaflow-position')).toMatch(/^\d+$/);
    expect(exposedBy(last)).toContain('mediaflow-position');
  });

  test('is shown every header of tus answers that is no part of HTTP', async () => {
    const upload = await createTusUpload(server.url, 5, { filename: 'a.mp4' }, operator);
    const answers = [
      await fetch(at('/v1/uploads'), { method: 'OPTIONS', headers: page }),
      await fetch(upload, { method: 'HEAD', headers: { ...operator, ...tusHeaders } }),
    ];
    for (const answer of answers)
      for (const name of answer.headers.keys())
        if (/^(tus|upload|mediaflow)-/.test(name)) expect(exposedBy(answer)).toContain(name);
  });

  test('can read what went wrong, wherever it was refused', async () => {
    const long = 'x'.repeat(2_000_000);
    const cases: [number, string, Promise<Response>][] = [
      [401, 'key_required', fetch(at('/v1/jobs'), { headers: page })],
      [401, 'key_required', fetch(at('/v1/uploads'), { method: 'POST', headers: page })],
      [404, 'route_not_found', fetch(at('/v1/nothing'), { headers: page })],
      [405, 'method_not_allowed', fetch(at('/v1/media'), { method: 'PUT', headers: page })],
      [404, 'media_not_found', fetch(at('/v1/media/x'), { headers: page })],
      [400, 'malformed_json', sendJson(at('/v1/interactions'), '{', { headers: operator })],
      [413, 'body_too_large', sendJson(at('/v1/interactions'), `"${long}"`, { headers: operator })],
      [415, 'multipart_expected', fetch(at('/v1/media'), { method: 'POST', headers: operator })],
      [413, 'file_too_large', sendForm(server.url, form(textPart('x'.repeat(2000))), operator)],
      [412, 'unsupported_tus_version', fetch(at('/v1/uploads'), { method: 'POST', headers: operator })],
      [404, 'upload_not_found', patchTus(at('/v1/uploads/x'), 0, new Uint8Array(1), operator)],
    ];
    for (const [status, code, answer] of cases) {
      await expectProblem(answer, status, code);
      expect(allowedBy(await answer), code).toBe(SITE);
    }
  });
});

describe('a page of any other origin', () => {
  test('is not allowed to send anything that has to be asked for, and can read no answer', async () => {
    for (const origin of [stranger.origin, 'null', 'http://www.example.com', `${SITE}:8443`]) {
      const asked = await preflight('/v1/uploads/x', 'PATCH', 'tus-resumable', origin);
      expect(allowedBy(asked), origin).toBeNull();
      for (const path of ['/v1/media', '/v1/uploads', '/v1/jobs', '/health/ready', '/v1/nothing']) {
        const answer = await fetch(at(path), { headers: { origin } });
        expect([allowedBy(answer), answer.headers.get('vary')], path).toEqual([
          null,
          expect.stringMatching(/^Origin(, Authorization)?$/),
        ]);
      }
    }
  });

  test('can play, and read why it cannot', async () => {
    for (const path of ['hls/master.m3u8', 'hls/360p-0/playlist.m3u8', 'poster.jpg', 'storyboard.vtt']) {
      const address = `/v1/media/x/${path}`;
      const answer = await fetch(at(address), { headers: stranger });
      expect([answer.status, allowedBy(answer), answer.headers.get('vary')], path).toEqual([404, '*', null]);
      const asked = await preflight(address, 'GET', 'range', stranger.origin);
      expect([asked.status, allowedBy(asked)]).toEqual([204, '*']);
      expect(asked.headers.get('access-control-allow-headers')).toBe('range');
    }
    const refused = await fetch(at('/v1/media/x/poster.jpg?size=9'), { headers: stranger });
    expect([refused.status, allowedBy(refused)]).toEqual([400, '*']);
  });

  test('sees nothing of what waits for a review', async () => {
    const headers = { ...operator, ...stranger };
    for (const path of ['original', 'frames/0.jpg']) {
      const answer = await fetch(at(`/v1/moderation/queue/x/${path}`), { headers });
      expect(allowedBy(answer)).toBeNull();
    }
  });
});

test('OPTIONS that is no preflight asks what of tus is spoken', async () => {
  for (const headers of [{}, page, stranger, { 'access-control-request-method': 'PATCH' }]) {
    const answer = await fetch(at('/v1/uploads'), { method: 'OPTIONS', headers });
    expect([answer.status, answer.headers.get('tus-version')]).toEqual([204, '1.0.0']);
  }
});

test('* allows every page', async () => {
  const open = fastify();
  allowOtherOrigins(open, { origins: ['*'], endpoints: [] });
  open.get('/', async () => 'hello');
  for (const headers of [stranger, {}]) {
    const answer = await open.inject({ url: '/', headers });
    expect([answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual(['*', undefined]);
  }
  await open.close();
});

describe('the origins of the configuration', () => {
  const read = (text: string, keys = KEY) =>
    readConfig({ MEDIAFLOW_CORS_ORIGINS: text, MEDIAFLOW_API_KEYS: keys }).corsOrigins;

  test.each([
    ['', []],
    ['*', ['*']],
    ['HTTPS://WWW.Example.com/', ['https://www.example.com']],
    ['https://a.example:443, http://b.example:8080', ['https://a.example', 'http://b.example:8080']],
    ['https://bücher.example', ['https://xn--bcher-kva.example']],
    ['capacitor://localhost', ['capacitor://localhost']],
  ])('%j are written as browsers write them', (text, origins) => {
    expect(read(text)).toEqual(origins);
  });

  test.each(['www.example.com', 'https://a.example/app', 'https://*.example', 'https://u@a.example', 'null'])(
    '%j is refused by name',
    (text) => {
      expect(() => read(text)).toThrow(/MEDIAFLOW_CORS_ORIGINS.*an origin is like/s);
    },
  );

  test('* without keys is refused: it would make every page an operator', () => {
    expect(() => read('*', '')).toThrow(/MEDIAFLOW_CORS_ORIGINS: \* without MEDIAFLOW_API_KEYS/);
    expect(read('https://a.example', '')).toEqual(['https://a.example']);
  });
});
