import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** How long a connection is kept for a body that is not wanted, and how much of that is read and thrown away. */
const KEPT_MILLISECONDS = 2_000;
const THROWN_AWAY_BYTES = 16 * 1024 ** 2;

/**
 * After an answer to a request whose body is still coming: reads on for a moment. A client that is sending looks for an
 * answer only when it is done or its connection ends, and one that is ended with bytes unread may take the answer with it.
 */
export function readOn(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const tooLong = setTimeout(() => request.destroy(), KEPT_MILLISECONDS);
  for (const event of ['end', 'close']) request.once(event, () => clearTimeout(tooLong));
  let readBytes = 0;
  request.unpipe();
  request.on('data', (chunk: Uint8Array) => {
    readBytes += chunk.length;
    if (readBytes > THROWN_AWAY_BYTES) request.pause();
  });
  request.resume();
}

/** The same after every answer that was given before the whole request had come. */
export function readOnAfterAnswers(server: FastifyInstance): void {
  server.addHook('onSend', async ({ raw }, reply) => {
    // The framework would end some of these connections at once.
    if (!raw.complete) reply.removeHeader('connection');
  });
  server.addHook('onResponse', async ({ raw }) => readOn(raw));
}
