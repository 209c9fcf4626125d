import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { eventTopics, topicName, topicTable } from '../../../src/adapters/kafka/topics/topic-table.js';
import { jobKinds } from '../../../src/domain/jobs.js';
import { form, mediaIdOf, sendForm, textPart } from '../../apps/http/support/client.js';
import { startServer, type TestServer, temporaryFolder } from '../../apps/http/support/server.js';
import { getJson, isSettled, postJson, waitForItem } from '../../e2e/support/client.js';
import { engine } from '../../support/engines.js';
import { type ReadRecord, readTopics } from '../../support/kafka-reader.js';
import { deleteTopics, makeTopics } from '../../support/kafka-topics.js';

const { KAFKA_BROKERS } = engine('kafka');
const settings = { brokers: KAFKA_BROKERS.split(','), clientId: 'test' };
const folder = temporaryFolder();
const prefixes: string[] = [];
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});
afterAll(async () => {
  folder.remove();
  for (const prefix of prefixes) await deleteTopics(settings, prefix);
});

interface Told {
  readonly position: string;
  readonly eventId: string;
  readonly stream: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown> & { readonly occurredAt: string };
}

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** The whole product with an item of a title, and what a viewer did; and the records that came of it, once all are there. */
async function relayed(
  environment: Readonly<Record<string, string>> = {},
): Promise<{ server: TestServer; told: readonly Told[]; records: readonly ReadRecord[] }> {
  const prefix = `test-${randomUUID()}`;
  prefixes.push(prefix);
  await makeTopics(settings, prefix, topicTable(jobKinds));
  const server = await startServer(join(folder.path, prefix), {
    ...{ KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: prefix },
    ...environment,
  });
  stops.push(server.stop);
  const mediaId = await mediaIdOf(await sendForm(server.url, form(textPart('no video', 'Quirinius.txt'))));
  await waitForItem(server.url, mediaId, isSettled);
  await postJson(
    `${server.url}/v1/interactions`,
    { userId: 'ada@example.org', mediaId, type: 'like' },
    { traceparent: TRACE },
  );
  const { items: told } = await getJson<{ items: Told[] }>(`${server.url}/v1/events?limit=1000`);
  const { records, stop } = await readTopics(
    settings,
    eventTopics.map(({ name }) => topicName(prefix, name)),
  );
  stops.push(stop);
  await expect.poll(() => records.length, { timeout: 20_000 }).toBe(told.length);
  return { server, told, records };
}

const byPosition = (records: readonly ReadRecord[]) =>
  new Map(records.map((record) => [record.headers.ce_position, record]));

test('each event is a CloudEvent in the topic of its aggregate, with what the feed shows of it, less what is personal', async () => {
  const { server, told, records } = await relayed();
  const found = byPosition(records);
  for (const event of told) {
    const { topic, key, value, headers } = found.get(event.position) as ReadRecord;
    const aggregate = event.stream.split('-')[0];
    expect(topic).toMatch(new RegExp(`\\.events\\.${aggregate}$`));
    expect(key).toBe(event.stream);
    expect(headers).toMatchObject({
      ...{ ce_specversion: '1.0', ce_id: event.eventId, ce_type: event.type, ce_subject: event.stream },
      ce_source: expect.stringMatching(new RegExp(`^/test-.*/${aggregate}$`)),
      ce_time: event.metadata.occurredAt,
      'content-type': 'application/json',
    });
    const { metadata, ...rest } = JSON.parse(value) as Told;
    if (metadata.withheld) expect(rest).toMatchObject({ eventId: event.eventId, type: event.type });
    else expect({ ...rest, metadata }).toEqual(event);
  }
  const withheld = records.filter(({ value }) => JSON.parse(value).metadata.withheld);
  expect(new Set(withheld.map(({ headers }) => headers.ce_type))).toEqual(
    new Set(['MediaRegistered', 'InteractionRecorded']),
  );
  expect(records.find(({ headers }) => headers.ce_type === 'InteractionRecorded')?.headers.traceparent).toBe(
    TRACE,
  );
  const everything = records.map(({ value, headers }) => value + JSON.stringify(headers)).join('\n');
  for (const word of ['Quirinius', 'ada@example', 'sealed', 'requestHash'])
    expect(everything).not.toContain(word);

  const ready = () => getJson<{ dependencies: object }>(`${server.url}/health/ready`);
  await expect
    .poll(async () => (await ready()).dependencies)
    .toMatchObject({
      kafka: { status: 'ok', detail: 'publishes, 0 events behind' },
      jobQueue: { status: 'ok' },
    });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('follower_lag_events{follower="relay"} 0');
  expect(metrics).toContain('follower_active{follower="relay"} 1');
  expect(metrics).toContain(`follower_events_total{follower="relay"} ${told.length}`);
  expect(server.errors).toEqual([]);
}, 60_000);

test('an operator who says so has everything published that the feed shows', async () => {
  const { told, records } = await relayed({ MEDIAFLOW_RELAY_PERSONAL: 'true' });
  const found = byPosition(records);
  expect(told.map(({ position }) => JSON.parse(found.get(position)?.value ?? ''))).toEqual(told);
  expect(JSON.stringify(told)).toMatch(/Quirinius.*ada@example\.org/);
}, 60_000);

test('without its topics a server works, says what is missing, and goes on by itself once they are there', async () => {
  const prefix = `test-${randomUUID()}`;
  prefixes.push(prefix);
  const server = await startServer(join(folder.path, prefix), {
    ...{ KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: prefix },
  });
  stops.push(server.stop);
  const mediaId = await mediaIdOf(await sendForm(server.url, form(textPart('no video'))));
  const ready = await fetch(`${server.url}/health/ready`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    dependencies: {
      kafka: { status: 'degraded', detail: expect.stringMatching(/^no topic .*topics create/) },
      jobQueue: { status: 'degraded' },
    },
  });
  await makeTopics(settings, prefix, topicTable(jobKinds));
  const { records, stop } = await readTopics(settings, [`${prefix}.events.media`]);
  stops.push(stop);
  await expect.poll(() => records.length, { timeout: 40_000 }).toBeGreaterThan(0);
  await waitForItem(server.url, mediaId, isSettled);
}, 180_000);
