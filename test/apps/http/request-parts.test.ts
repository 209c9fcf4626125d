import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestParts } from '../../../src/apps/http/request-parts.js';
import { codeOf } from '../../support/streams.js';

let server: FastifyInstance;
let port: number;
const endings: unknown[] = [];

beforeAll(async () => {
  server = fastify();
  await server.register(multipart);
  server.post('/', async (request) => {
    endings.push(await codeOf(readAll(requestParts(request, 0.2))));
    return {};
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const address = server.server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});
afterAll(() => server.close());

async function readAll(parts: ReturnType<typeof requestParts>): Promise<void> {
  for await (const part of parts) if ('bytes' in part) await buffer(part.bytes);
}

/** Sends the beginning of a form and then nothing, until the server ends the connection. */
async function fallSilent(body: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=B\r\ncontent-length: 9999\r\n\r\n${body}`,
  );
  await new Promise((resolve) => socket.once('close', resolve).resume());
}

const file = '--B\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nbytes\r\n';

test.each([
  ['before its first part', ''],
  ['in the middle of a field', '--B\r\ncontent-disposition: form-data; name="title"\r\n\r\nhal'],
  ['behind its file', `${file}--B\r\ncontent-dispo`],
])('a form that falls silent %s is cut off, and whoever reads it is told', async (_, body) => {
  endings.length = 0;
  await fallSilent(body);
  await expect.poll(() => endings).toEqual(['upload_interrupted']);
});

test.each([
  ['an object is refused instead of being taken for text', '{"a":1}', 'invalid_field'],
  ['text and lists are taken', '["a","b"]', 'no error'],
])('of a field that calls itself JSON, %s', async (_, value, code) => {
  endings.length = 0;
  const head = 'content-disposition: form-data; name="tags"\r\ncontent-type: application/json';
  await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=B' },
    body: `--B\r\n${head}\r\n\r\n${value}\r\n--B--\r\n`,
  });
  expect(endings).toEqual([code]);
});
