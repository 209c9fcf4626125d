// The peers of the HTTP benches, in a process of their own: the least a Node server can do for the same answers.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';

const [, , kind, file = '', itemsFile] = process.argv;

async function fastify(): Promise<number> {
  const server = Fastify();
  const items = itemsFile ? (JSON.parse(await readFile(itemsFile, 'utf8')) as object[]) : [];
  server.get<{ Params: { index: string } }>(
    '/items/:index',
    async ({ params }) => items[Number(params.index)],
  );
  const position = '0'.repeat(16);
  server.post('/accept', async (_request, reply) => reply.code(202).send({ accepted: 1, position }));
  server.get('/segment', async (_request, reply) => {
    const { size } = await stat(file);
    return reply.header('content-length', size).type('video/iso.segment').send(createReadStream(file));
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return (server.server.address() as AddressInfo).port;
}

/** Takes bytes into one file: hashed as they come, and on stable storage when the answer goes out. */
async function receiver(): Promise<number> {
  const hash = createHash('sha256');
  const target = await open(file, 'w');
  let at = 0;
  const receive = async (request: IncomingMessage) => {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk);
      at += (await target.write(chunk, 0, chunk.length, at)).bytesWritten;
    }
    await target.datasync();
  };
  const server = createServer(async (request, response) => {
    await receive(request);
    response.end(request.method === 'POST' ? JSON.stringify({ sha256: hash.copy().digest('hex') }) : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

console.log(JSON.stringify({ port: kind === 'receiver' ? await receiver() : await fastify() }));
