import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpServer, openHttpServer } from '../../../src/apps/http/http-server.js';

let server: HttpServer;
beforeAll(async () => {
  server = await openHttpServer({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

const connectionsNow = () =>
  new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count)));

test.each([
  ['no HTTP', 'BLAH\r\n\r\n', 400],
  ['more headers than are taken', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
])(
  'a connection that brought %s is not kept for a client that never ends its own side',
  async (_, sent, status) => {
    const socket = connect({
      port: Number(new URL(server.url).port),
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    socket.on('error', () => {});
    socket.write(sent);
    const [said] = await once(socket, 'data');
    expect(String(said)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await expect.poll(connectionsNow, { timeout: 5_000 }).toBe(0);
    socket.destroy();
  },
);
