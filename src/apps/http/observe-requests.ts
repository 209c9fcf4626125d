import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { traceparentOf } from '../../core/traceparent.js';
import { noTracer, type Span, type Tracer } from '../../core/tracer.js';
import type { Observing } from '../../observing/observing.js';

/** What scrapers and probes ask all day long is not worth a trace. */
const UNTRACED = /^\/(metrics|health\/)/;

/** Told to clients: the trace that their request was served in (W3C Trace Context Level 2). */
export const TRACE_HEADER = 'traceresponse';

/** Every request of the application is measured, and is a span of the caller's trace, or begins one. */
export function observeRequests(server: FastifyInstance, { metrics, tracer }: Observing): void {
  if (tracer !== noTracer) traceRequests(server, tracer);
  server.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    metrics.observe(
      'http_request_duration_seconds',
      { method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
      tracer === noTracer ? null : parentOf(request),
    );
    done();
  });
}

function traceRequests(server: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  server.addHook('onRequest', (request, reply, done) => {
    const span = traceRequest(request, reply, tracer);
    if (span) spans.set(request, span);
    done();
  });
  // Only here: what reads a body goes on in the context of its socket, which outlives the request.
  server.addHook('preHandler', (request, _reply, done) => tracer.within(spans.get(request), done));
}

function traceRequest(request: FastifyRequest, reply: FastifyReply, tracer: Tracer): Span | undefined {
  const route = request.routeOptions.url;
  if (route !== undefined && UNTRACED.test(route)) return undefined;
  const span = startRequestSpan(tracer, request.raw, route);
  if (!span) return undefined;
  reply.header(TRACE_HEADER, span.traceparent);
  // Whoever looks at it from here on belongs to this span.
  request.headers.traceparent = span.traceparent;
  reply.raw.once('close', () => {
    if (reply.raw.writableFinished) endRequestSpan(span, reply.statusCode);
    else {
      span.fail('client_gone');
      span.end();
    }
  });
  return span;
}

/** The span of a request that is being answered. Addresses may name persons: the route is all that is told of them. */
export const startRequestSpan = (
  tracer: Tracer,
  { method = '', headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  route: string | undefined,
): Span | undefined =>
  tracer.start(route === undefined ? method : `${method} ${route}`, {
    kind: 'server',
    parent: parentOf({ headers }),
    beginsTrace: true,
    attributes: {
      'http.request.method': method,
      'url.scheme': 'http',
      ...(route !== undefined && { 'http.route': route }),
    },
  });

export function endRequestSpan(span: Span, status: number): void {
  span.set({ 'http.response.status_code': status });
  if (status >= 500) span.fail(String(status));
  span.end();
}

const parentOf = ({ headers: { traceparent } }: Pick<IncomingMessage, 'headers'>): string | null =>
  typeof traceparent === 'string' ? traceparentOf(traceparent) : null;
