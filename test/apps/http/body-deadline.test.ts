import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endSlowBodies } from '../../../src/apps/http/body-deadline.js';

let server: FastifyInstance;
let port: number;
beforeAll(async () => {
  server = fastify();
  endSlowBodies(server, 0.2);
  server.addContentTypeParser('application/octet-stream', (_request, payload, done) => {
    text(payload).then((body) => done(null, body), done);
  });
  server.post('/', async ({ body }) => body);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const address = server.server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});
afterAll(() => server.close());

const begin = (contentType: string, body: string, sizeBytes: number) => {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${contentType}\r\ncontent-length: ${sizeBytes}\r\n\r\n${body}`,
  );
  return { socket, answer: text(socket) };
};

test('a JSON body that does not come to its end is answered with 408, and the connection ends', async () => {
  const answer = await begin('application/json', '[1,', 1000).answer;
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('"code":"request_timeout"');
});

test('a JSON body that is whole in time is taken', async () => {
  expect(await begin('application/json', '[1,2]', 5).answer).toMatch(/^HTTP\/1\.1 200 .*\[1,2\]$/s);
});

test('a file may take longer', async () => {
  const { socket, answer } = begin('application/octet-stream', 'hel', 5);
  // A slow JSON body that began at the same time has ended by then.
  await begin('application/json', '[', 2).answer;
  socket.write('lo');
  expect(await answer).toMatch(/^HTTP\/1\.1 200 .*hello$/s);
});
