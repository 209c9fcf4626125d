import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, openHttpServer } from '../../../src/apps/http/http-server.js';

let server: HttpServer;
beforeAll(async () => {
  server = await openHttpServer({ host: '127.0.0.1', port: 0 });
  // What of a request the application gets to see.
  server.serve(({ url, headers }, response) => response.end(`${headers.host} ${url}`));
});
afterAll(() => server.close());

/** Everything that is answered until the connection ends. */
async function answerTo(request: string): Promise<string> {
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
  let said = '';
  socket.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  socket.write(request);
  await once(socket, 'close');
  return said;
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const bodyOf = (answer: string) => answer.split('\r\n\r\n').slice(1).join('\r\n\r\n');

describe('a request is refused with a problem before anybody looks at what it asks for', () => {
  test.each([
    ['with two Host headers', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, 'malformed_host'],
    ['with one Host header twice', 'GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n', 400, 'malformed_host'],
    ['without a Host header', 'GET / HTTP/1.1\r\n\r\n', 400, 'malformed_host'],
    [
      'that expects what nobody knows',
      'GET / HTTP/1.1\r\nHost: a\r\nExpect: gold\r\n\r\n',
      417,
      'expectation_unknown',
    ],
    [
      'for everything by another method than OPTIONS',
      'GET * HTTP/1.1\r\nHost: a\r\n\r\n',
      400,
      'malformed_request',
    ],
  ])('%s', async (_, request, status, code) => {
    const answer = await answerTo(request);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/^content-type: application\/problem\+json/im);
    expect(answer).toMatch(/^x-content-type-options: nosniff/im);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({ status, code });
  });

  test('and the one behind it on the same connection is not answered', async () => {
    const answer = await answerTo(
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    );
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

test.each([
  ['GET http://b.example/v1/media?q=1 HTTP/1.1\r\nHost: a', 'b.example /v1/media?q=1'],
  ['GET http://b.example HTTP/1.1\r\nHost: a', 'b.example /'],
  ['GET http://b.example?q HTTP/1.1\r\nHost: a', 'b.example /?q'],
  ['GET /http://b.example/ HTTP/1.1\r\nHost: a', 'a /http://b.example/'],
])('a target that names the server counts instead of the Host header: %s', async (head, seen) => {
  expect(bodyOf(await answerTo(`${head}\r\nConnection: close\r\n\r\n`))).toContain(seen);
});

test('a request of HTTP/1.0 needs no Host header', async () => {
  expect(statusOf(await answerTo('GET / HTTP/1.0\r\n\r\n'))).toBe(200);
});
