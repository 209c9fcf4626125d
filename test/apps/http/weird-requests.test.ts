import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { historyOf, waitForItem } from '../../e2e/support/client.js';
import { createTusUpload, form, mediaIdOf, sendForm, textPart } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

/** How many requests are made up; raise it to search longer. */
const REQUESTS = Number(process.env.REQUESTS ?? 600);
const SIMULTANEOUS = 6;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly fields: readonly string[];
}

const folder = temporaryFolder();
let server: TestServer;
let knownId: string;

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), { MEDIAFLOW_MAXIMUM_UPLOAD_BYTES: '100000' });
  knownId = await mediaIdOf(await sendForm(server.url, form(textPart('no video'))));
  await createTusUpload(server.url, 10);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  // An unexpected error is logged, whatever the answer to it was.
  expect(server.errors).toEqual([]);
});

interface OpenApi {
  readonly paths: Record<string, Record<string, OpenApiOperation>>;
}
interface OpenApiOperation {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
}

/** Every name of a property anywhere in a schema. */
const fieldsIn = (schema: unknown): string[] =>
  typeof schema !== 'object' || schema === null
    ? []
    : Object.entries(schema).flatMap(([key, inner]) => [
        ...(key === 'properties' ? Object.keys(inner as object) : []),
        ...fieldsIn(inner),
      ]);

async function operations(): Promise<Operation[]> {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      fields: fieldsIn(requestBody),
    })),
  );
  const tus = ['POST', 'PATCH', 'HEAD', 'DELETE', 'OPTIONS'].flatMap((method) =>
    ['/v1/uploads', '/v1/uploads/{id}'].map((path) => ({ method, path, query: [], fields: [] })),
  );
  const pages = ['/', '/docs', '/openapi.json', '/health/live', '/health/ready', '/metrics'].map((path) => ({
    method: 'GET',
    path,
    query: [],
    fields: [],
  }));
  return [...described, ...tus, ...pages];
}

const odd = fc.constantFrom(
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  '..',
  '../..',
  '%',
  '%00',
  '%2e%2e',
  "' or 1=1 --",
  '"',
  '\\',
  '{}',
  '[]',
  'null',
  'NaN',
  '-1',
  '0',
  '1e999',
  '9999999999999999',
  '0000000000000001',
  'ｆｕｌｌ',
  '🎬'.repeat(60),
  'a'.repeat(201),
  'a'.repeat(5000),
  '2026-02-31T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  'constructor',
  '__proto__',
  'master.m3u8',
  'playlist.m3u8',
  '0.jpg',
  '<script>',
  '\u202e',
  '\r\n',
  'bytes=0-',
);
const text = fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 40 }), fc.uuid());
const json = fc.oneof(
  text,
  fc.double(),
  fc.constantFrom(null, true, 1e21, -0, 2 ** 53),
  fc.jsonValue({ maxDepth: 3 }),
);
const HEADERS = [
  'idempotency-key',
  'mediaflow-after',
  'range',
  'if-none-match',
  'if-range',
  'last-event-id',
  'traceparent',
  'authorization',
  'upload-length',
  'upload-offset',
  'upload-metadata',
  'upload-concat',
  'upload-checksum',
  'upload-defer-length',
  'x-http-method-override',
  'accept',
  'accept-encoding',
  'origin',
  'x-forwarded-for',
  'cookie',
  'expect-ct',
];
const TYPES = [
  'application/json',
  'application/json; charset=latin1',
  'text/plain',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'application/offset+octet-stream',
  'nonsense',
  'a/b; ;',
  'application/vnd.x+json',
];
const MULTIPART =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nabc\r\n--b--\r\n';

/** Header values as bytes HTTP can carry; what it cannot never reaches a server. */
const headerValue = text.map((value) => value.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '').trim());

const encoded = (value: string): string => {
  try {
    return encodeURIComponent(value);
  } catch {
    return '%ED%A0%80'; // half of a surrogate pair, as bytes
  }
};

const requestFor = ({ method, path, query, fields }: Operation) => {
  const id = fc.oneof({ weight: 2, arbitrary: fc.constant(knownId) }, { weight: 3, arbitrary: text });
  const slots = path.match(/\{\w+\}/g) ?? [];
  const bodyObject = fc.oneof(
    fc.dictionary(fc.constantFrom(...fields, 'unknown', '__proto__'), json, { maxKeys: 6 }),
    fc.array(fc.dictionary(fc.constantFrom(...fields, 'x'), json, { maxKeys: 6 }), { maxLength: 3 }),
    json,
  );
  return fc.record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constant(method) },
      { weight: 1, arbitrary: fc.constantFrom('PUT', 'POST', 'DELETE', 'HEAD') },
    ),
    path: fc
      .tuple(...slots.map(() => id))
      .map((values) =>
        values.reduce((current, value) => current.replace(/\{\w+\}/, () => encoded(value)), path),
      ),
    query: fc.dictionary(fc.constantFrom(...query, 'unknown'), text, { maxKeys: 3 }),
    headers: fc.dictionary(fc.constantFrom(...HEADERS), headerValue, { maxKeys: 3 }),
    type: fc.option(fc.constantFrom(...TYPES), { nil: undefined }),
    body: fc.oneof(
      fc.constantFrom(undefined, '', '{', MULTIPART, '\0'),
      text,
      bodyObject.map((value) => JSON.stringify(value)),
    ),
  });
};

type WeirdRequest = ReturnType<typeof requestFor> extends fc.Arbitrary<infer Value> ? Value : never;

/** The status of the answer; only the beginning of a body is read, since some never end. */
async function send({ method, path, query, headers, type, body }: WeirdRequest): Promise<[number, string]> {
  const search = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  const leaving = new AbortController();
  const bodyless = method === 'GET' || method === 'HEAD';
  const response = await fetch(`${server.url}${path}${search.length > 0 ? `?${search.join('&')}` : ''}`, {
    method,
    redirect: 'manual',
    signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(20_000)]),
    headers: { 'tus-resumable': '1.0.0', ...headers, ...(type ? { 'content-type': type } : {}) },
    ...(bodyless || body === undefined ? {} : { body }),
  });
  const beginning = await response.body?.getReader().read();
  leaving.abort();
  if (response.status >= 400 && method !== 'HEAD')
    expect(response.headers.get('content-type'), `${method} ${path}`).toMatch(/^application\/problem\+json/);
  return [response.status, new TextDecoder().decode(beginning?.value)];
}

test(`${REQUESTS} weird requests to every address are answered, none with an internal error`, {
  timeout: 60_000 + REQUESTS * 100,
}, async () => {
  const all = await operations();
  expect(all.length).toBeGreaterThan(35);
  const weird = fc.sample(fc.constantFrom(...all).chain(requestFor), {
    numRuns: REQUESTS,
    ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}),
  });
  const statuses = new Map<number, number>();
  const next = weird.values();
  await Promise.all(
    Array.from({ length: SIMULTANEOUS }, async () => {
      for (const request of next) {
        // Such a position may be waited for; that is a test of its own.
        delete (request.headers as Record<string, string>)['mediaflow-after'];
        const [status, body] = await send(request);
        if (status >= 500 && ![503, 507].includes(status))
          expect.fail(`${status} ${body}\n${JSON.stringify(request, null, 2)}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }),
  );
  // Some were not weird enough to be refused: the search reaches behind the doors.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 50);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(REQUESTS / 50);

  // A place for pictures is looked for with the first question, and found some time after it.
  const notReady = async () => {
    const ready = (await (await fetch(`${server.url}/health/ready`)).json()) as {
      dependencies: Record<string, { status: string }>;
    };
    return Object.entries(ready.dependencies).filter(([, { status }]) => status !== 'ok');
  };
  await expect.poll(notReady, { timeout: 60_000 }).toEqual([]);
  const mediaId = await mediaIdOf(await sendForm(server.url, form(textPart('still no video'))));
  await waitForItem(server.url, mediaId, ({ status }) => status === 'failed', 30);
  expect((await historyOf(server.url, mediaId)).at(-1)?.type).toBe('ProcessingFailed');
});

test('moments that no database holds are refused wherever one is named, and others taken in any zone', async () => {
  const statusOf = async (path: string, body?: object): Promise<number> => {
    const answer = await fetch(`${server.url}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json' },
    });
    await answer.body?.cancel();
    return answer.status;
  };
  const began = await fetch(`${server.url}/v1/live`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'The gate', kind: 'http', everySeconds: 1 }),
  });
  const { sourceId } = (await began.json()) as { sourceId: string };
  const jpeg = Buffer.from([0xff, 0xd8, 0xff]).toString('base64');
  const published = (occurredAt: string, droppedBefore = 0) =>
    statusOf(`/v1/live/${sourceId}/frames`, { frames: [{ sequence: 1, occurredAt, jpeg }], droppedBefore });
  for (const moment of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+23:00', '9999-12-31T23:59:59-23:00']) {
    expect(await statusOf(`/v1/search?q=a&publishedFrom=${encodeURIComponent(moment)}`), moment).toBe(400);
    expect(await published(moment), moment).toBe(400);
  }
  expect(await statusOf('/v1/usage?from=0000-01-01&to=0000-01-02')).toBe(400);
  expect(await published('2026-11-21T09:30:00Z', Number.MAX_SAFE_INTEGER)).toBe(400);
  expect(await statusOf('/v1/search?q=a&publishedUntil=2026-11-21T09:30:00%2B23:00')).toBe(200);
  expect(await published('2026-11-21T09:30:00+23:00')).toBe(202);
});
