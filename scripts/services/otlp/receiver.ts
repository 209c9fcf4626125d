import { createServer, type IncomingMessage, type Server } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { spansOfJson, spansOfProtobuf } from './decode.js';
import type { ReceivedSpan } from './received-span.js';

/** Older ones go, so that a receiver that runs for days stays small. */
const MAXIMUM_SPANS = 100_000;

/**
 * OTLP over HTTP, as protobuf or JSON: `POST /v1/traces` (and metrics and logs, which are taken and dropped).
 * Tests ask `GET /spans?traceId=…` for what came.
 */
export function createReceiver(): Server {
  const spans: ReceivedSpan[] = [];
  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    try {
      if (request.method === 'GET' && pathname === '/spans') {
        const traceId = searchParams.get('traceId');
        return answer(200, traceId ? spans.filter((span) => span.traceId === traceId) : spans);
      }
      if (request.method !== 'POST' || !/^\/v1\/(traces|metrics|logs)$/.test(pathname))
        return answer(404, {});
      const body = await bodyOf(request);
      const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
      if (pathname === '/v1/traces') {
        spans.push(...(isJson ? spansOfJson(JSON.parse(String(body))) : spansOfProtobuf(body)));
        spans.splice(0, Math.max(0, spans.length - MAXIMUM_SPANS));
      }
      if (isJson) return answer(200, {});
      // The empty message is no bytes.
      return response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    } catch (error) {
      return answer(400, { message: String(error) });
    }
  });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const body = Buffer.concat(await request.toArray());
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
