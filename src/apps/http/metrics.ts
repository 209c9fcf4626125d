import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { MetricsRegistry } from '../../adapters/prometheus/registry.js';
import type { metricTable } from '../../observing/metric-table.js';
import type { Measures } from '../../observing/observing.js';
import { measureStanding, type StandingSources } from '../../observing/standing.js';
import { type Access, requireOperator } from './access.js';
import { answerProblem } from './early-problems.js';
import { within } from './health.js';

/** `GET /metrics`. Scrapers bring a key as any operator does, unless the metrics are public. */
export function metricsRoute(
  server: FastifyInstance,
  options: {
    readonly registry: MetricsRegistry<typeof metricTable>;
    readonly sources: StandingSources;
    readonly access: Access;
    readonly isPublic: boolean;
  },
): void {
  const { registry, sources, access, isPublic } = options;
  const measureBytes = countBytes(server.server, registry);
  server.get('/metrics', { errorHandler: answerProblem }, async (request, reply) => {
    if (!isPublic) requireOperator(access(request.headers.authorization));
    measureBytes();
    // Without the database, the process's own figures are still worth having.
    await measureStanding(sources, registry, within);
    const { contentType, body } = await registry.text(request.headers.accept);
    return reply.type(contentType).send(body);
  });
}

/** Sockets count their bytes by themselves, so that no request has to. */
function countBytes(server: Server, metrics: Measures): () => void {
  const open = new Set<Socket>();
  const closed = { received: 0, sent: 0 };
  const told = { received: 0, sent: 0 };
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      closed.received += socket.bytesRead;
      closed.sent += socket.bytesWritten;
    });
  });
  return () => {
    const now = { ...closed };
    for (const socket of open) {
      now.received += socket.bytesRead;
      now.sent += socket.bytesWritten;
    }
    metrics.add('http_received_bytes_total', {}, now.received - told.received);
    metrics.add('http_sent_bytes_total', {}, now.sent - told.sent);
    Object.assign(told, now);
  };
}
