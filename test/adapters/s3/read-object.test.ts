import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { readObject } from '../../../src/adapters/s3/read-object.js';
import { connectS3, type S3Connection } from '../../../src/adapters/s3/s3-client.js';

const OBJECT = '0123456789';
const opened: { readonly server: Server; readonly s3: S3Connection }[] = [];
afterEach(() => {
  for (const { server, s3 } of opened.splice(0)) {
    s3.client.destroy();
    server.closeAllConnections();
    server.close();
  }
});

/** An S3 server that holds one object, and answers each request for it in the next of these ways. */
async function serving(...answers: ((response: ServerResponse, from: number) => void)[]) {
  const server = createServer((request, response) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const length = OBJECT.length - from;
    response.writeHead(from > 0 ? 206 : 200, { etag: '"one"', 'content-length': length });
    answers.shift()?.(response, from);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const s3 = await connectS3({ endpoint, bucket: 'bucket', prefix: '' });
  opened.push({ server, s3 });
  return { server, s3 };
}

const wanted = { key: 'object', start: 0, last: undefined, signal: undefined };

test('goes on where it stood when the server falls silent in the middle of an object', async () => {
  const { s3 } = await serving(
    (response) => void response.write(OBJECT.slice(0, 4)),
    (response, from) => void response.end(OBJECT.slice(from)),
  );
  const bytes = await readObject(s3, wanted, { silenceMilliseconds: 50 });
  expect(bytes && (await text(bytes))).toBe(OBJECT);
});

test('gives its connection back when nobody reads what was asked for', async () => {
  const { server, s3 } = await serving((response) => void response.write(OBJECT.slice(0, 4)));
  const connected = once(server, 'connection');
  const bytes = await readObject(s3, wanted);
  const [socket] = await connected;
  bytes?.destroy();
  await once(socket, 'close');
});
