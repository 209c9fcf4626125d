// The peers of the HTTP benches, in a process of their own: the least a Node server can do for the same answers.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';

const [, , kind, file = '', ...jsons] = process.argv;

/** Bytes into a file that is on stable storage when the answer goes out. */
async function copy(request: IncomingMessage): Promise<void> {
  const target = await open(file, 'w');
  try {
    for await (const chunk of request) await target.write(chunk);
    await target.sync();
  } finally {
    await target.close();
  }
}

async function fastify(): Promise<number> {
  const server = Fastify();
  for (const [index, json] of jsons.entries()) {
    const item = JSON.parse(json);
    server.get(`/json/${index}`, async () => item);
  }
  server.get('/segment', async (_request, reply) => {
    const { size } = await stat(file);
    return reply.header('content-length', size).type('video/iso.segment').send(createReadStream(file));
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return (server.server.address() as AddressInfo).port;
}

async function copier(): Promise<number> {
  const server = createServer(async (request, response) => {
    await copy(request);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

console.log(JSON.stringify({ port: kind === 'copier' ? await copier() : await fastify() }));
