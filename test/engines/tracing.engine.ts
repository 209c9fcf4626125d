import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ReceivedSpan } from '../../scripts/services/otlp/received-span.js';
import { topicTable } from '../../src/adapters/kafka/topics/topic-table.js';
import { jobKinds } from '../../src/domain/jobs.js';
import { filePart, form, mediaIdOf, sendForm, textPart } from '../apps/http/support/client.js';
import { makeGoodClip } from '../apps/http/support/clips.js';
import { startServer, type TestServer, temporaryFolder } from '../apps/http/support/server.js';
import { getJson, type Item, isSettled } from '../e2e/support/client.js';
import { engine } from '../support/engines.js';
import { type ReadRecord, readTopics } from '../support/kafka-reader.js';
import { deleteTopics, makeTopics } from '../support/kafka-topics.js';

const { OTEL_EXPORTER_OTLP_ENDPOINT: receiver } = engine('otlp');
const { KAFKA_BROKERS } = engine('kafka');
const settings = { brokers: KAFKA_BROKERS.split(','), clientId: 'test' };
const prefix = `test-${randomUUID()}`;
const KEY = 'an-operator-key-nobody-else-knows';
const TITLE = 'Quirinius on the beach';
const authorization = `Bearer ${KEY}`;
const hex = (bytes: number) => randomBytes(bytes).toString('hex');

const folder = temporaryFolder();
const traceId = hex(16);
const clientSpanId = hex(8);
const traceparent = `00-${traceId}-${clientSpanId}-01`;
let server: TestServer;
let mediaId: string;
let traceresponse: string | null;
let spans: readonly ReceivedSpan[];
let records: readonly ReadRecord[];
let scraped: string;
const log: { readonly message: string; readonly traceId?: string; readonly correlationId?: string }[] = [];
let failedId: string;
let listed: readonly ReceivedSpan[];
const listTraceId = hex(16);
const failedTraceId = hex(16);

const spansOf = (id: string) => getJson<ReceivedSpan[]>(`${receiver}/spans?traceId=${id}`);

interface Told {
  readonly type: string;
  readonly data: { readonly step?: string };
  readonly metadata: { readonly traceparent: string };
}

/** The upload of a film on the whole product, with its relay to Kafka; and all that anybody was told of it. */
beforeAll(async () => {
  await makeTopics(settings, prefix, topicTable(jobKinds));
  // The SDK reads its variables of the process.
  for (const [name, value] of Object.entries(engine('s3'))) vi.stubEnv(name, value);
  const environment = {
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver, KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: prefix },
    MEDIAFLOW_API_KEYS: KEY,
    ...{ ...engine('s3'), S3_PREFIX: `${prefix}/` },
  };
  server = await startServer(join(folder.path, 'data'), environment, (fields, message) =>
    log.push({ ...fields, message }),
  );
  const film = form(['title', TITLE], await filePart(await makeGoodClip(join(folder.path, 'clip.mp4'))));
  const answer = await sendForm(server.url, film, { traceparent, authorization });
  traceresponse = answer.headers.get('traceresponse');
  mediaId = await mediaIdOf(answer);
  const item = () => getJson<Item>(`${server.url}/v1/media/${mediaId}`, { authorization });
  await vi.waitUntil(async () => isSettled(await item()), { timeout: 150_000, interval: 200 });
  const noFilm = form(['title', TITLE], textPart('no film'));
  failedId = await mediaIdOf(
    await sendForm(server.url, noFilm, { authorization, traceparent: `00-${failedTraceId}-${hex(8)}-01` }),
  );
  await vi.waitUntil(() => log.some(({ message }) => message === 'job attempt failed'), { timeout: 60_000 });
  await vi.waitUntil(
    async () => isSettled(await getJson<Item>(`${server.url}/v1/media/${failedId}`, { authorization })),
    { timeout: 60_000, interval: 200 },
  );
  await getJson(`${server.url}/v1/media?type=video`, {
    ...{ authorization, traceparent: `00-${listTraceId}-${hex(8)}-01` },
  });
  const { items } = await getJson<{ items: Told[] }>(`${server.url}/v1/events?limit=1000`, { authorization });
  const read = await readTopics(settings, [`${prefix}.events.media`]);
  await vi.waitUntil(() => read.records.length === items.length, { timeout: 30_000 });
  records = read.records;
  await read.stop();
  scraped = await (
    await fetch(`${server.url}/metrics`, {
      headers: { authorization, accept: 'application/openmetrics-text' },
    })
  ).text();
  // What has not been sent yet is sent at the end.
  await server.stop();
  [spans, listed] = await Promise.all([spansOf(traceId), spansOf(listTraceId)]);
}, 240_000);
afterAll(async () => {
  folder.remove();
  await deleteTopics(settings, prefix);
});

const named = (name: string) => spans.filter((span) => span.name === name);
const childrenOf = (parent: ReceivedSpan | undefined, name: string) =>
  named(name).filter(({ parentSpanId }) => parentSpanId === parent?.spanId);

/** The one span of this name below another. */
function only(found: readonly ReceivedSpan[]): ReceivedSpan {
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0] as ReceivedSpan;
}
const child = (parent: ReceivedSpan, name: string) => only(childrenOf(parent, name));
/** The append of a command that was kept: those that were too late are decided anew. */
const appendOf = (command: ReceivedSpan) =>
  only(childrenOf(command, 'append').filter(({ attributes }) => !attributes['mediaflow.append.conflict']));

describe('one trace, from the request of an upload to the view of its result', () => {
  test('begins where the client says, and tells it so', () => {
    const request = only(named('POST /v1/media'));
    expect(request).toMatchObject({
      ...{ kind: 'server', service: 'mediaflow', parentSpanId: clientSpanId, isError: false },
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/media',
        'http.response.status_code': 202,
      },
    });
    expect(traceresponse).toBe(`00-${traceId}-${request.spanId}-01`);
  });

  test('goes from the request through command, append and group commit, saga and queue to the job', () => {
    const command = child(only(named('POST /v1/media')), 'CompleteUpload');
    expect(command.attributes['mediaflow.correlation.id']).toBe(mediaId);
    const append = appendOf(command);
    expect(append).toMatchObject({
      kind: 'client',
      attributes: {
        ...{ 'db.system.name': 'postgresql', 'db.operation.name': 'append' },
        ...{ 'mediaflow.stream': `media-${mediaId}`, 'mediaflow.event.types': ['MediaUploaded'] },
      },
    });
    const commit = child(append, 'group commit');
    expect(commit.attributes['db.operation.batch.size']).toBeGreaterThanOrEqual(1);
    const saga = child(append, 'saga media-processing');
    expect(saga).toMatchObject({
      kind: 'consumer',
      attributes: { 'mediaflow.event.type': 'MediaUploaded' },
    });
    const sent = child(saga, 'send probe');
    expect(sent).toMatchObject({
      kind: 'producer',
      attributes: { 'messaging.destination.name': 'probe', 'messaging.operation.type': 'send' },
    });
    expect(child(sent, 'process probe')).toMatchObject({
      kind: 'consumer',
      attributes: {
        ...{ 'messaging.destination.name': 'probe', 'messaging.operation.type': 'process' },
        ...{ 'mediaflow.job.attempt': 1, 'mediaflow.job.outcome': 'done' },
        'messaging.message.conversation_id': mediaId,
      },
    });
  });

  test('goes from what the probe found on to the transcoding, its ffmpeg, its result and the view', () => {
    const probe = only(named('process probe'));
    expect(childrenOf(probe, 'ffprobe').length).toBeGreaterThan(0);
    const planned = appendOf(child(probe, 'RecordProbe'));
    const sagas = childrenOf(planned, 'saga media-processing');
    const transcode = only(
      sagas.flatMap((saga) =>
        childrenOf(saga, 'send transcode').flatMap((sent) => childrenOf(sent, 'process transcode')),
      ),
    );
    const [ffmpeg] = childrenOf(transcode, 'ffmpeg');
    expect(ffmpeg).toMatchObject({
      kind: 'internal',
      attributes: { 'process.executable.name': 'ffmpeg' },
    });
    expect(Number(ffmpeg?.endNanoseconds)).toBeLessThanOrEqual(Number(transcode.endNanoseconds));
    const recorded = appendOf(child(transcode, 'RecordRenditions'));
    expect(recorded.attributes['mediaflow.event.types']).toContain('RenditionCompleted');
    const projected = childrenOf(recorded, 'project RenditionCompleted');
    expect(projected.length).toBeGreaterThan(0);
    for (const span of projected)
      expect(span).toMatchObject({
        kind: 'consumer',
        attributes: { 'mediaflow.projections': expect.arrayContaining(['media-library', 'media-history']) },
      });
  });

  test('goes to Kafka: each record carries the span of its sending, which is part of its append', () => {
    const ofTrace = records.filter(({ key }) => key === `media-${mediaId}`);
    const appended = ofTrace.map(({ headers }) => headers.traceparent?.split('-'));
    expect(appended.length).toBeGreaterThan(10);
    for (const [index, [, trace, spanId, flags] = []] of appended.entries()) {
      const sent = only(spans.filter((span) => span.spanId === spanId));
      expect([trace, flags]).toEqual([traceId, '01']);
      expect(sent).toMatchObject({
        ...{ name: `send ${prefix}.events.media`, kind: 'producer' },
        attributes: {
          ...{ 'messaging.system': 'kafka', 'messaging.message.id': ofTrace[index]?.headers.ce_id },
          'mediaflow.event.type': ofTrace[index]?.headers.ce_type,
        },
      });
      expect(spans.find((span) => span.spanId === sent.parentSpanId)?.name).toBe('append');
    }
  });

  test('tells of each request to the object service what it was made for, and nothing of what it said', () => {
    const stored = only(named('POST /v1/media'));
    const created = childrenOf(stored, 'S3/PutObject').concat(childrenOf(stored, 'S3/UploadPart'));
    expect(created.length).toBeGreaterThan(0);
    expect(created[0]).toMatchObject({
      kind: 'client',
      attributes: { 'rpc.system': 'aws-api', 'rpc.service': 'S3', 'aws.s3.bucket': engine('s3').S3_BUCKET },
    });
    const transcode = only(named('process transcode'));
    expect(childrenOf(transcode, 'S3/PutObject').length).toBeGreaterThan(0);
  });

  test('tells which model looked at the pictures of a job, and at how many', () => {
    const looked = child(only(named('process moderate')), 'moderate pictures');
    expect(looked.attributes).toMatchObject({
      'mediaflow.inference.pictures': expect.any(Number),
      'gen_ai.response.model': expect.any(String),
    });
  });

  test('of a question goes from the request to the view that was read', () => {
    const request = only(listed.filter(({ name }) => name === 'GET /v1/media'));
    const [read] = listed.filter(({ name }) => name.startsWith('read mediaLibrary.'));
    expect(read).toMatchObject({
      ...{ kind: 'client', parentSpanId: request.spanId },
      attributes: {
        'db.system.name': 'postgresql',
        'mediaflow.views': expect.arrayContaining(['media-library']),
      },
    });
  });

  test('has no span without a parent in it, and none that failed', () => {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const orphans = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
    expect(orphans.map(({ name }) => name)).toEqual(['POST /v1/media']);
    expect(spans.filter(({ isError }) => isError)).toEqual([]);
  });

  test('tells nobody what is secret or personal', () => {
    const text = JSON.stringify(spans);
    for (const secret of [KEY, TITLE, 'clip.mp4', folder.path]) expect(text).not.toContain(secret);
  });

  test('is an example of what is measured', () => {
    expect(scraped).toMatch(/\n# EOF\n$/);
    expect(scraped).toMatch(/^events_appended_total\{type="MediaUploaded"\} 2$/m);
    expect(scraped).toMatch(
      new RegExp(
        `^command_duration_seconds_bucket\\{.*command="RecordRenditions".* # \\{trace_id="${traceId}"\\} `,
        'm',
      ),
    );
    expect(scraped).toMatch(
      new RegExp(`^job_duration_seconds_bucket\\{.*kind="transcode".* # \\{trace_id="${traceId}"\\} `, 'm'),
    );
  });
});

describe('the log', () => {
  test('says of a job that failed which chain of work and which trace it was in', () => {
    expect(log.filter(({ message }) => message === 'job attempt failed')).toMatchObject([
      { correlationId: failedId, traceId: failedTraceId },
    ]);
  });

  test('tells no key and no title', () => {
    const text = JSON.stringify(log);
    for (const secret of [KEY, TITLE]) expect(text).not.toContain(secret);
  });
});
