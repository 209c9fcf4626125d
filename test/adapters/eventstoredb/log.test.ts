import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createEventStoreDbEventStore } from '../../../src/adapters/eventstoredb/event-store.js';
import { createEventStoreDbRedaction } from '../../../src/adapters/eventstoredb/redaction.js';
import type { EventStore } from '../../../src/core/event-store.js';
import { START } from '../../../src/core/position.js';
import {
  idsOf,
  newStream,
  sampleEvent,
  sampleEvents,
  takeEvents,
} from '../../contracts/event-store-samples.js';
import { type ServerOptions, startEventStoreDb } from '../../support/eventstoredb/start-server.js';
import { selfSignedCertificate } from '../../support/self-signed-certificate.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(options: ServerOptions = {}) {
  const server = await startEventStoreDb(options);
  closing.push(() => server.stop());
  return server;
}

function open(connectionString: string): EventStore {
  const store = createEventStoreDbEventStore({ connectionString });
  closing.push(() => store.close());
  return store;
}

const forever = new AbortController().signal;
const asProposed = ({ eventId, type, data, metadata }: ReturnType<typeof sampleEvent>) => ({
  ...{ eventId, type, isJson: true, data: Buffer.from(JSON.stringify(data)) },
  metadata: Buffer.from(JSON.stringify({ schemaVersion: 1, ...metadata })),
});

describe('the log of EventStoreDB', () => {
  test('whose events share the position of a commit is read one by one by both halves', async () => {
    const server = await start();
    const store = open(server.url);
    const events = sampleEvents(5);
    server.log.writeTransaction(newStream(), events.map(asProposed));
    const read: string[] = [];
    for (let after = START; read.length < events.length; ) {
      const page = await store.readAll({ after, limit: 1 });
      read.push(...idsOf(page.events));
      after = page.position;
    }
    expect(read).toEqual(idsOf(events));
    const subscribed = takeEvents(store.subscribeAll({ after: START, limit: 2, signal: forever }), 5);
    expect(idsOf(await subscribed)).toEqual(idsOf(events));
    const [, second] = (await store.readAll({ after: START, limit: 2 })).events;
    const rest = takeEvents(store.subscribeAll({ after: second?.position ?? '', signal: forever }), 3);
    expect(idsOf(await rest)).toEqual(idsOf(events.slice(2)));
  });

  test('holds events of others, which are passed over, also where they are the last ones', async () => {
    const server = await start();
    const store = open(server.url);
    const { eventId, ...rest } = asProposed(sampleEvent());
    const ours = sampleEvent();
    server.log.write('orders-1', [{ ...rest, eventId, metadata: Buffer.from('{"tenant":"x"}') }]);
    await store.append(newStream(), [ours], 'no-stream');
    server.log.write('orders-2', [{ ...rest, eventId, metadata: Buffer.alloc(0) }]);
    server.log.writeSystemEvent();
    const page = await store.readAll({ after: START, limit: 10 });
    expect(idsOf(page.events)).toEqual([ours.eventId]);
    expect(page.position).toBe(await store.head());
    expect(page.position > (page.events[0]?.position ?? '')).toBe(true);
    expect(await store.eventAt(page.position)).toBeUndefined();
    expect(await store.readStream('orders-1')).toEqual([]);
  });

  test('is read over what was scavenged, from a position too where nothing is any more', async () => {
    const server = await start();
    const store = open(server.url);
    const events = sampleEvents(4);
    for (const event of events) await store.append(newStream(), [event], 'no-stream');
    const { events: before } = await store.readAll({ after: START, limit: 4 });
    server.log.scavenge(({ eventId }) => eventId === events[1]?.eventId);
    const gone = before[1]?.position ?? '';
    expect(await store.eventAt(gone)).toBeUndefined();
    const left = idsOf([before[2] ?? sampleEvent(), before[3] ?? sampleEvent()]);
    expect(idsOf((await store.readAll({ after: gone, limit: 4 })).events)).toEqual(left);
    expect(idsOf(await takeEvents(store.subscribeAll({ after: gone, signal: forever }), 2))).toEqual(left);
  });

  test('a position that is none of its records is told as such, wherever it is asked for', async () => {
    const server = await start();
    const store = open(server.url);
    await store.append(newStream(), sampleEvents(3), 'no-stream');
    const [first] = (await store.readAll({ after: START, limit: 1 })).events;
    const between = (first?.position ?? '')
      .replace(/.$/, (digit) => (digit === '9' ? '8' : '9'))
      .replace(/.(?=.{19}$)/, (digit) => (digit === '9' ? '8' : '9'));
    expect(await store.eventAt(between)).toBeUndefined();
    const refused = { kind: 'invalid', code: 'invalid_position' };
    await expect(store.readAll({ after: between, limit: 1 })).rejects.toMatchObject(refused);
    const subscribed = takeEvents(store.subscribeAll({ after: between, signal: forever }), 1);
    await expect(subscribed).rejects.toMatchObject(refused);
  });

  test('ends where its last record is, and a position beyond has nothing after it', async () => {
    const server = await start();
    const store = open(server.url);
    await store.append(newStream(), sampleEvents(3), 'no-stream');
    const beyond = await store.head();
    server.log.restore(1);
    expect(await store.readAll({ after: beyond, limit: 5 })).toEqual({ events: [], position: beyond });
    expect(await store.eventAt(beyond)).toBeUndefined();
    expect((await store.head()) < beyond).toBe(true);
  });
});

test.each([
  ['that the server remembers', {}],
  ['that the server has forgotten', { remembersEvents: 0 }],
])('a repeat of an append %s is told as one that wrote nothing', async (_, options) => {
  const server = await start(options);
  const told: [number, boolean][] = [];
  const openTelling = () => {
    const store = createEventStoreDbEventStore({
      connectionString: server.url,
      onCommitted: ({ appends }) => {
        for (const { events, isWritten } of appends) told.push([events.length, isWritten]);
      },
    });
    closing.push(() => store.close());
    return store;
  };
  const store = openTelling();
  const [stream, events] = [newStream(), sampleEvents(3)];
  const first = await store.append(stream, events, 'no-stream');
  expect(await store.append(stream, events, 'no-stream')).toEqual(first);
  expect(await store.append(stream, events, 'any')).toEqual(first);
  // Of another process, which looks into the stream first.
  expect(await openTelling().append(stream, events, 'any')).toEqual(first);
  const more = [sampleEvent()];
  await store.append(stream, more, 2);
  await store.append(stream, more, 2);
  expect(told).toEqual([
    [3, true],
    [3, false],
    [3, false],
    [3, false],
    [1, true],
    [1, false],
  ]);
});

test('an append beyond what this server was set up to take is refused with its limit', async () => {
  const server = await start({ maximumAppendBytes: 2_000 });
  const large = sampleEvent({ data: { text: 'x'.repeat(2_000) } });
  await expect(open(server.url).append(newStream(), [large], 'no-stream')).rejects.toMatchObject({
    ...{ kind: 'too-large', code: 'append_too_large', details: { limitBytes: 2_000 } },
  });
});

describe('credentials and TLS', () => {
  const { key, certificate } = selfSignedCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'mediaflow-esdb-'));
  const caFile = join(folder, 'ca.crt');
  writeFileSync(caFile, certificate);
  afterAll(() => rmSync(folder, { recursive: true }));

  const startSecured = async () => {
    const server = await start({ nodes: 2, tls: { key, certificate }, users: { admin: 'change:it' } });
    return { server, url: server.url.replace('change:it', encodeURIComponent('change:it')) };
  };
  const trusting = (url: string) => `${url}&tlsCAFile=${encodeURIComponent(caFile)}`;

  test('of the connection string are those of all calls, to every node of the cluster', async () => {
    const { server, url } = await startSecured();
    const store = open(trusting(url));
    const events = sampleEvents(2);
    const taken = takeEvents(store.subscribeAll({ after: START, signal: forever }), 2);
    await store.append(newStream(), events.slice(0, 1), 'no-stream');
    server.elect(1);
    await store.append(newStream(), events.slice(1), 'no-stream');
    expect(idsOf(await taken)).toEqual(idsOf(events));
  });

  test.for([
    ['wrong', 'admin:wrong@'],
    ['missing', ''],
  ] as const)('that are %s are told, and not waited for', async ([, credentials]) => {
    const { url } = await startSecured();
    const store = open(trusting(url.replace(/[^/]+@/, credentials)));
    const refused = { kind: 'internal', code: 'event_store_failed' };
    await expect(store.append(newStream(), [sampleEvent()], 'no-stream')).rejects.toMatchObject(refused);
    await expect(store.head()).rejects.toThrow(/credentials/);
    await expect(takeEvents(store.subscribeAll({ after: START, signal: forever }), 1)).rejects.toMatchObject(
      refused,
    );
  });
});

test('what is readable and personal cannot be overwritten, and that is told', async () => {
  const server = await start();
  const store = open(server.url);
  const redaction = createEventStoreDbRedaction(store);
  const stream = newStream();
  await store.append(stream, sampleEvents(3), 'no-stream');
  expect(await redaction.redactStream(stream, () => undefined)).toBe(0);
  const told = redaction.redactStream(stream, ({ data, metadata }) => ({ data, metadata }));
  await expect(told).rejects.toMatchObject({ code: 'event_store_cannot_redact', details: { events: 3 } });
});
