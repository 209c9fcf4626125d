import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTusUpload, expectProblem, tusHeaders } from './support/client.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const KEY = 'a key of an operator';
const operator = { authorization: `Bearer ${KEY}` };
const folder = temporaryFolder();
let server: TestServer;

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_API_KEYS: KEY,
    MEDIAFLOW_MAXIMUM_UPLOAD_BYTES: '1000000',
  });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

/** A connection that has sent the head of a request and no byte of its body. */
async function sendHead(
  method: string,
  path: string,
  headers: Record<string, string | number>,
): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const lines = Object.entries({ host: hostname, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return socket;
}

/** The first status line that comes. */
async function statusOf(socket: Socket): Promise<number> {
  const [said] = await once(socket, 'data');
  return Number(/^HTTP\/1\.1 (\d+)/.exec(String(said))?.[1]);
}

const tusBytes = { ...tusHeaders, 'content-type': 'application/offset+octet-stream' };
const form = { 'content-type': 'multipart/form-data; boundary=b' };
const expects = { expect: '100-continue' };

describe('a request that waits for 100 Continue', () => {
  test.each([
    ['without a key', 'POST', '/v1/uploads', { ...tusBytes, 'upload-length': 10 }, 401],
    ['without a key, as a form', 'POST', '/v1/media', form, 401],
    [
      'of a file over the limit',
      'POST',
      '/v1/uploads',
      { ...operator, ...tusBytes, 'upload-length': 1e7 },
      413,
    ],
    [
      'of an upload that is unknown',
      'PATCH',
      '/v1/uploads/nobody',
      { ...operator, ...tusBytes, 'upload-offset': 0 },
      404,
    ],
    [
      'with a body that is compressed',
      'POST',
      '/v1/media',
      { ...operator, ...form, 'content-encoding': 'gzip' },
      415,
    ],
    ['to an address that is none', 'POST', '/v1/nothing', operator, 404],
  ])('%s is answered with the refusal, and its connection ends', async (_, method, path, headers, status) => {
    const socket = await sendHead(method, path, { ...headers, ...expects, 'content-length': 10 });
    expect(await statusOf(socket)).toBe(status);
    await once(socket.resume(), 'close');
  });

  test('at an offset that is not the upload’s is answered with the refusal', async () => {
    const { pathname } = new URL(await createTusUpload(server.url, 10, {}, operator));
    const headers = { ...operator, ...tusBytes, ...expects, 'upload-offset': 5, 'content-length': 5 };
    expect(await statusOf(await sendHead('PATCH', pathname, headers))).toBe(409);
  });

  test('that is taken is told to go on, and answered when its body has come', async () => {
    const { pathname } = new URL(await createTusUpload(server.url, 10, {}, operator));
    const headers = { ...operator, ...tusBytes, ...expects, 'upload-offset': 0, 'content-length': 5 };
    const socket = await sendHead('PATCH', pathname, headers);
    expect(await statusOf(socket)).toBe(100);
    socket.write('hello');
    expect(await statusOf(socket)).toBe(204);
    socket.destroy();

    const body =
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nbytes\r\n--b--\r\n';
    const whole = { ...operator, ...form, ...expects, 'content-length': body.length };
    const other = await sendHead('POST', '/v1/media', whole);
    expect(await statusOf(other)).toBe(100);
    other.write(body);
    expect(await statusOf(other)).toBe(202);
    other.destroy();
  });
});

test('a request of bytes in chunks at the end of a completed upload may go on: there may be none of them', async () => {
  const { pathname } = new URL(await createTusUpload(server.url, 5, {}, operator));
  const headers = { ...operator, ...tusBytes, 'upload-offset': 0, 'content-length': 5 };
  const whole = await sendHead('PATCH', pathname, headers);
  whole.write('hello');
  expect(await statusOf(whole)).toBe(204);
  whole.destroy();
  const chunked = { 'upload-offset': 5, 'transfer-encoding': 'chunked' };
  const socket = await sendHead('PATCH', pathname, { ...operator, ...tusBytes, ...expects, ...chunked });
  expect(await statusOf(socket)).toBe(100);
  socket.write('0\r\n\r\n');
  expect(await statusOf(socket)).toBe(204);
  socket.destroy();
});

describe('a body that is refused while it comes in', () => {
  const bytes = Buffer.alloc(8 * 1024 * 1024);

  test.each([
    ['POST', '/v1/uploads', { ...tusBytes, 'upload-length': bytes.length }, 401],
    ['POST', '/v1/media', form, 401],
    ['POST', '/v1/uploads', { ...operator, ...tusBytes, 'upload-length': bytes.length }, 413],
    ['POST', '/v1/interactions', { ...operator, 'content-type': 'application/json' }, 413],
    ['POST', '/v1/nothing', operator, 404],
  ])(
    'is read on for a moment: a client of %s %s that looks for an answer when it has sent all finds it, and can go on',
    async (method, path, headers, status) => {
      const socket = await sendHead(method, path, { ...headers, 'content-length': bytes.length });
      await new Promise<void>((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      });
      expect(await statusOf(socket)).toBe(status);
      socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
      expect(await statusOf(socket)).toBe(200);
      socket.destroy();
    },
  );

  test('is not read for ever: after a moment the connection ends', async () => {
    const headers = { ...tusBytes, 'upload-length': 10, 'content-length': 1e12 };
    const socket = await sendHead('POST', '/v1/uploads', headers);
    expect(await statusOf(socket)).toBe(401);
    await once(socket.resume(), 'close');
  });
});

test('a body that is compressed on its way is refused and told so, wherever it is sent', async () => {
  const created = await createTusUpload(server.url, 10, {}, operator);
  const gzip = { ...operator, 'content-encoding': 'gzip' };
  for (const [method, address, headers] of [
    ['POST', `${server.url}/v1/uploads`, { ...tusBytes, 'upload-length': '10' }],
    ['PATCH', created, { ...tusBytes, 'upload-offset': '0' }],
    ['POST', `${server.url}/v1/media`, form],
    ['POST', `${server.url}/v1/interactions`, { 'content-type': 'application/json' }],
  ] as const) {
    const answer = await fetch(address, { method, headers: { ...gzip, ...headers }, body: gzipSync('{}') });
    expect(answer.headers.get('accept-encoding')).toBe('identity');
    await expectProblem(answer, 415, 'unsupported_content_encoding');
  }
  const head = await fetch(created, { method: 'HEAD', headers: { ...operator, ...tusHeaders } });
  expect(head.headers.get('upload-offset')).toBe('0');
});

describe('Core Protocol / Headers / Tus-Resumable: MUST be included in every response', () => {
  test.each([
    [401, 'HEAD', '/v1/uploads/nobody', {}],
    [401, 'POST', '/v1/uploads', { authorization: 'Bearer wrong' }],
    [404, 'HEAD', '/v1/uploads/nobody', operator],
    [404, 'GET', '/v1/uploads/a/b', operator],
    [404, 'PATCH', '/v1/uploads/a/b/c', operator],
    [401, 'GET', '/v1/uploads/a/b', {}],
    [405, 'PUT', '/v1/uploads', operator],
    [415, 'POST', '/v1/uploads', { ...operator, 'content-encoding': 'br' }],
    [204, 'OPTIONS', '/v1/uploads', {}],
  ])('also in a %d to %s %s', async (status, method, path, headers) => {
    const answer = await fetch(server.url + path, { method, headers: { ...tusHeaders, ...headers } });
    expect([answer.status, answer.headers.get('tus-resumable')]).toEqual([status, '1.0.0']);
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});
