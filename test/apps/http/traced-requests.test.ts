import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { createEarlyAnswers } from '../../../src/apps/http/early-answers.js';
import { observeRequests } from '../../../src/apps/http/observe-requests.js';
import type { KeptEntry } from '../../../src/core/hot-views.js';
import { createRecordingTracer, ROOT_SPAN } from '../../support/recording-tracer.js';
import { unobserved } from '../../support/unobserved.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function served() {
  const { tracer, spans } = createRecordingTracer();
  const app = fastify({ forceCloseConnections: true });
  observeRequests(app, { ...unobserved, tracer });
  let seen: string | string[] | undefined;
  app.get('/v1/viewers/:id', (request) => {
    seen = request.headers.traceparent;
    return 'ok';
  });
  app.get('/v1/broken', (_request, reply) => reply.status(503).send('no'));
  app.get('/v1/never', () => new Promise(() => {}));
  app.get('/health/live', () => 'ok');
  const url = await app.listen({ port: 0 });
  closing.push(() => app.close());
  return { url, spans, seen: () => seen };
}

test('a request is part of the caller’s trace, what comes of it is part of the request, and the answer says so', async () => {
  const { url, spans, seen } = await served();
  const answer = await fetch(`${url}/v1/viewers/ada@example.org?q=secret`, {
    headers: { traceparent: ROOT_SPAN },
  });
  await expect.poll(() => spans[0]?.ended).toBe(true);
  expect(spans).toMatchObject([
    {
      ...{ name: 'GET /v1/viewers/:id', parent: ROOT_SPAN, kind: 'server' },
      attributes: { 'http.request.method': 'GET', 'http.route': '/v1/viewers/:id' },
      told: { 'http.response.status_code': 200 },
    },
  ]);
  expect(answer.headers.get('traceresponse')).toBe(spans[0]?.traceparent);
  expect(seen()).toBe(spans[0]?.traceparent);
  expect(JSON.stringify(spans)).not.toMatch(/ada@|secret/);
});

test('a request without a trace, or with one that is malformed, begins one', async () => {
  const { url, spans } = await served();
  await fetch(`${url}/v1/viewers/1`);
  await fetch(`${url}/v1/viewers/1`, { headers: { traceparent: 'nonsense' } });
  expect(spans).toMatchObject([
    { parent: null, beginsTrace: true },
    { parent: null, beginsTrace: true },
  ]);
});

test('an answer of 5xx is an error, probes are no spans, and a client that goes away ends its span', async () => {
  const { url, spans } = await served();
  await fetch(`${url}/v1/broken`);
  await fetch(`${url}/health/live`);
  const gone = new AbortController();
  const asked = fetch(`${url}/v1/never`, { signal: gone.signal }).catch(() => {});
  await expect.poll(() => spans.length).toBe(2);
  gone.abort();
  await asked;
  await expect.poll(() => spans.map(({ ended }) => ended)).toEqual([true, true]);
  expect(spans.map(({ errorType }) => errorType)).toEqual(['503', 'client_gone']);
});

test('an answer that the application is not asked for has its span and figure too, and says its own trace', async () => {
  const { tracer, spans } = createRecordingTracer();
  const answered: unknown[] = [];
  const early = createEarlyAnswers({
    ...{ hot: { holds: () => true }, maximumBytes: 1_000_000, tracer },
    onAnswered: (route, _seconds, traceparent) => answered.push([route, traceparent]),
  });
  const server: Server = createServer((request, response) => {
    if (early.answer(request, response)) return;
    const headers = { 'content-type': 'text/plain', traceresponse: 'that of the first' };
    early.remember(request, { kept: {} as KeptEntry, route: '/v1/media/:id', headers, body: 'an item' });
    response.writeHead(200, headers).end('an item');
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const ask = () =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/media/1`, {
      headers: { traceparent: ROOT_SPAN, connection: 'close' },
    });
  await ask();
  const again = await ask();
  expect(await again.text()).toBe('an item');
  expect(spans).toMatchObject([
    { name: 'GET /v1/media/:id', parent: ROOT_SPAN, ended: true, told: { 'http.response.status_code': 200 } },
  ]);
  expect(again.headers.get('traceresponse')).toBe(spans[0]?.traceparent);
  expect(answered).toEqual([['/v1/media/:id', spans[0]?.traceparent]]);
});
