import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { ReceivedSpan } from '../../../scripts/services/otlp/received-span.js';
import { createReceiver } from '../../../scripts/services/otlp/receiver.js';
import {
  type OpenTracer,
  openTracer,
  type TracerSettings,
} from '../../../src/adapters/opentelemetry/tracer.js';
import type { Logger } from '../../../src/core/logger.js';
import { getJson } from '../../e2e/support/client.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'));
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const lines: string[] = [];
const note = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
const logger: Logger = { debug: note, info: note, warn: note, error: note };

async function traced(
  work: (tracer: OpenTracer) => void,
  settings: Partial<TracerSettings> = {},
): Promise<ReceivedSpan[]> {
  const receiver = await listen(createReceiver());
  const tracer = openTracer({
    ...{ url: `${receiver}/v1/traces`, serviceName: 'mediaflow', version: '1', roles: ['worker'], logger },
    ...{ sampler: 'parentbased_always_on', samplerRatio: 1, ...settings },
  });
  work(tracer);
  await tracer.close();
  return getJson<ReceivedSpan[]>(`${receiver}/spans?traceId=${TRACE}`);
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const UNSAMPLED = `00-${TRACE}-b7ad6b7169203331-00`;

test('what was not sent yet is sent when it is closed, however long the span was', async () => {
  const spans = await traced((tracer) => {
    const span = tracer.start('work', {
      ...{
        parent: PARENT,
        kind: 'consumer',
        links: [UNSAMPLED],
        attributes: { count: 3, names: ['a', 'b'] },
      },
      startedAt: Date.now() - 7_200_000,
    });
    span?.fail('ffmpeg_stalled');
    span?.end();
  });
  expect(spans).toMatchObject([
    {
      ...{ name: 'work', kind: 'consumer', service: 'mediaflow', scope: 'mediaflow', isError: true },
      ...{ traceId: TRACE, parentSpanId: 'b7ad6b7169203331' },
      attributes: { count: 3, names: ['a', 'b'], 'error.type': 'ffmpeg_stalled' },
      links: [{ traceId: TRACE, spanId: 'b7ad6b7169203331' }],
    },
  ]);
  const [span] = spans;
  expect(BigInt(span?.endNanoseconds ?? 0) - BigInt(span?.startNanoseconds ?? 0)).toBeGreaterThan(
    7_199n * 10n ** 9n,
  );
});

const endAtOnce = (count: number) => (tracer: OpenTracer) => {
  for (let index = 0; index < count; index++) tracer.start('one of many', { parent: PARENT })?.end();
};

test('all spans of a page are sent, though they end in one breath', async () => {
  lines.length = 0;
  expect(await traced(endAtOnce(4_000))).toHaveLength(4_000);
  expect(lines).toEqual([]);
});

test('that there is no room for more is said once, and what found room is sent', async () => {
  vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '600');
  lines.length = 0;
  const spans = await traced(endAtOnce(2_000));
  vi.unstubAllEnvs();
  expect(spans.length).toBeGreaterThanOrEqual(600);
  expect(spans.length).toBeLessThan(2_000);
  expect(lines).toEqual([expect.stringMatching(/^More spans end than are sent/)]);
});

test('what is done within a span finds it, also later and in what it calls', async () => {
  await traced((tracer) => {
    const span = tracer.start('outer', { parent: PARENT });
    expect(tracer.within(span, () => tracer.current())).toBe(span?.traceparent);
    expect(tracer.current()).toBeNull();
    expect(tracer.within(undefined, () => tracer.current())).toBeNull();
  });
});

test('without a parent there is no span, but where a trace begins', async () => {
  await traced((tracer) => {
    expect(tracer.start('loose', { parent: null })).toBeUndefined();
    expect(tracer.start('request', { parent: null, beginsTrace: true })?.traceparent).toMatch(/^00-.*-01$/);
  });
});

test('a caller whose trace is not collected is followed in that, and what comes of it hears so', async () => {
  const spans = await traced((tracer) => {
    const request = tracer.start('request', { parent: UNSAMPLED, beginsTrace: true });
    expect(request?.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(tracer.start('inner', { parent: UNSAMPLED })).toBeUndefined();
    request?.end();
  });
  expect(spans).toEqual([]);
});

test.each([
  ['always_off', PARENT, 0],
  ['always_on', UNSAMPLED, 1],
  ['parentbased_always_off', PARENT, 1],
  ['parentbased_traceidratio', UNSAMPLED, 0],
  ['traceidratio', PARENT, 0],
] as const)('the sampler %s keeps of %s: %i', async (sampler, parent, kept) => {
  const spans = await traced((tracer) => tracer.start('work', { parent })?.end(), {
    sampler,
    samplerRatio: 0,
  });
  expect(spans).toHaveLength(kept);
});

test('a receiver that is away is told of once, without the keys in its address, and holds nobody up', async () => {
  lines.length = 0;
  const away = createServer((_request, response) => {
    response.writeHead(400).end('the key s3cret is wrong');
  });
  const url = (await listen(away)).replace('//', '//user:s3cret@');
  const startedAt = performance.now();
  await traced((tracer) => tracer.start('work', { parent: PARENT })?.end(), {
    url: `${url}/v1/traces?key=s3cret`,
  });
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^Traces cannot be sent/);
  expect(lines.join()).not.toContain('s3cret');
});

test('one that answers nothing holds up the end for three seconds at most', async () => {
  const silent = createServer(() => {});
  const url = await listen(silent);
  const startedAt = performance.now();
  await traced((tracer) => tracer.start('work', { parent: PARENT })?.end(), { url: `${url}/v1/traces` });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
}, 15_000);
