import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** What is under way when the server stops has this long to end; an upload cut off then is resumed later. */
const GRACE_MILLISECONDS = 5_000;

/**
 * Lets the server stop in time. Node waits for connections that have said nothing yet as for busy ones, and browsers
 * keep some in store; and it waits for a transfer however long it takes.
 */
export function endConnectionsOnClose(fastify: FastifyInstance): void {
  const server = fastify.server as Server;
  const silent = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));

  fastify.addHook('preClose', async () => {
    for (const socket of silent) if (socket.bytesRead === 0) socket.destroy();
    const deadline = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS);
    server.once('close', () => clearTimeout(deadline));
  });
}
