import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import { engine } from '../support/engines.js';

const { OTEL_EXPORTER_OTLP_ENDPOINT: receiver } = engine('otlp');
const hex = (bytes: number) => randomBytes(bytes).toString('hex');

const requestOf = (traceId: string, parentSpanId: string) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'smoke' } }] },
      scopeSpans: [
        {
          scope: { name: 'test' },
          spans: [
            {
              traceId,
              spanId: hex(8),
              parentSpanId,
              name: 'upload',
              kind: 2,
              startTimeUnixNano: '1764400000000000001',
              endTimeUnixNano: '1764400000000000002',
              attributes: [{ key: 'bytes', value: { intValue: '12' } }],
            },
          ],
        },
      ],
    },
  ],
});

const spansOf = async (traceId: string) =>
  (await fetch(`${receiver}/spans?traceId=${traceId}`)).json() as Promise<unknown[]>;

const received = (traceId: string, parentSpanId: string) =>
  expect.objectContaining({
    traceId,
    parentSpanId,
    service: 'smoke',
    scope: 'test',
    name: 'upload',
    kind: 'server',
    startNanoseconds: '1764400000000000001',
    attributes: { bytes: 12 },
  });

it('the receiver tells the spans that were sent as JSON', async () => {
  const [traceId, parentSpanId] = [hex(16), hex(8)];
  const { status } = await fetch(`${receiver}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requestOf(traceId, parentSpanId)),
  });
  expect(status).toBe(200);
  expect(await spansOf(traceId)).toEqual([received(traceId, parentSpanId)]);
});

it('the receiver tells the spans that were sent as compressed protobuf', async () => {
  const [traceId, parentSpanId] = [hex(16), hex(8)];
  const request = protobuf
    .loadSync(join(import.meta.dirname, '../../scripts/services/otlp/trace.proto'))
    .lookupType('ExportTraceServiceRequest');
  const message = JSON.parse(JSON.stringify(requestOf(traceId, parentSpanId)), (key, value) =>
    /^(trace|span|parentSpan)Id$/.test(key) ? Buffer.from(value, 'hex').toString('base64') : value,
  );
  const { status } = await fetch(`${receiver}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    body: gzipSync(request.encode(request.fromObject(message)).finish()),
  });
  expect(status).toBe(200);
  expect(await spansOf(traceId)).toEqual([received(traceId, parentSpanId)]);
});
