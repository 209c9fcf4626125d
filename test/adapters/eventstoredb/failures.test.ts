import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createEventStoreDbEventStore } from '../../../src/adapters/eventstoredb/event-store.js';
import type { EventToAppend, StoredEvent } from '../../../src/core/event.js';
import type { EventStore, ExpectedRevision } from '../../../src/core/event-store.js';
import type { Logger } from '../../../src/core/logger.js';
import { START } from '../../../src/core/position.js';
import {
  idsOf,
  newStream,
  sampleEvent,
  sampleEvents,
  takeEvents,
} from '../../contracts/event-store-samples.js';
import { createCuttingProxy } from '../../support/cutting-proxy.js';
import { dropped, timedOut } from '../../support/eventstoredb/refusals.js';
import {
  type EventStoreDbServer,
  type ServerOptions,
  startEventStoreDb,
} from '../../support/eventstoredb/start-server.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(options: ServerOptions = {}): Promise<EventStoreDbServer> {
  const server = await startEventStoreDb({ remembersEvents: 0, systemEventEvery: 5, ...options });
  closing.push(() => server.stop());
  return server;
}

function open(connectionString: string, logger?: Logger, giveUpAfterMilliseconds = 10_000): EventStore {
  const store = createEventStoreDbEventStore({
    ...{ connectionString, giveUpAfterMilliseconds, pollIntervalMilliseconds: 50 },
    ...(logger && { logger }),
  });
  closing.push(() => store.close());
  return store;
}

async function openThroughProxy(server: EventStoreDbServer) {
  const proxy = await createCuttingProxy(server.url);
  closing.push(() => proxy.close());
  return { proxy, store: open(proxy.url) };
}

const forever = new AbortController().signal;
const storedIn = async (store: EventStore, stream: string) => idsOf(await store.readStream(stream));

test('a read that is cut off since another has found the connection dead is no empty stream: it is made again', async () => {
  const { proxy, store } = await openThroughProxy(await start());
  const stream = newStream();
  const events = sampleEvents(3);
  await store.append(stream, events, 'no-stream');
  await proxy.fallSilent({ newOnesToo: false });
  const first = expect(storedIn(store, stream)).rejects.toMatchObject({ kind: 'unavailable' });
  // The first gives the connection up after four seconds, in the middle of the second.
  await sleep(2_000);
  expect(await storedIn(store, stream)).toEqual(idsOf(events));
  await first;
});

test('a read that the end of the process cuts off says so', async () => {
  const { proxy, store } = await openThroughProxy(await start());
  const stream = newStream();
  await store.append(stream, sampleEvents(3), 'no-stream');
  await proxy.fallSilent({ newOnesToo: true });
  const reading = expect(store.readStream(stream)).rejects.toMatchObject({ kind: 'unavailable' });
  await sleep(50);
  await store.close();
  await reading;
});

describe('an append to EventStoreDB whose outcome is unknown', () => {
  const expectations: [ExpectedRevision, number][] = [
    ['no-stream', 0],
    [1, 2],
    ['any', 2],
    ['stream-exists', 2],
  ];

  test.for(expectations)(
    'and was carried out, expecting %s, is found by its ids',
    async ([expected, before]) => {
      const server = await start();
      const store = open(server.url);
      const stream = newStream();
      if (before > 0) await store.append(stream, sampleEvents(before), 'no-stream');
      const events = sampleEvents(2);
      server.nodes[0]?.faults.loseAnswer(timedOut(), 1);
      const result = await store.append(stream, events, expected);
      expect((await storedIn(store, stream)).slice(before)).toEqual(idsOf(events));
      expect(result).toEqual({
        revision: before + 1,
        position: (await store.readStream(stream)).at(-1)?.position,
      });
    },
  );

  test.for(expectations)(
    'and was not carried out, expecting %s, is made again',
    async ([expected, before]) => {
      const server = await start();
      const store = open(server.url);
      const stream = newStream();
      if (before > 0) await store.append(stream, sampleEvents(before), 'no-stream');
      const events = sampleEvents(2);
      server.nodes[0]?.faults.refuseNext('append', dropped(), 3);
      expect(await store.append(stream, events, expected)).toMatchObject({ revision: before + 1 });
      expect((await storedIn(store, stream)).slice(before)).toEqual(idsOf(events));
    },
  );

  test('and that others followed gives its own result', async () => {
    const server = await start();
    const [store, other] = [open(server.url), open(server.url)];
    const stream = newStream();
    const events = sampleEvents(2);
    server.nodes[0]?.faults.loseAnswer(dropped());
    // What the store asks next is held up until another writer was there.
    const { faults } = server.nodes[0] ?? {};
    faults?.refuseNext('read', dropped());
    const appending = store.append(stream, events, 'no-stream');
    await expect.poll(() => server.log.stream(stream)).toHaveLength(2);
    await other.append(stream, sampleEvents(3), 1);
    expect(await appending).toMatchObject({ revision: 1 });
    expect(await storedIn(store, stream)).toHaveLength(5);
  });

  test('and that somebody else forestalled is a conflict', async () => {
    const server = await start();
    const [store, other] = [open(server.url), open(server.url)];
    const stream = newStream();
    server.nodes[0]?.faults.refuseNext('append', dropped());
    const appending = store.append(stream, sampleEvents(1), 'no-stream');
    const refused = expect(appending).rejects.toMatchObject({ code: 'wrong_expected_revision', actual: 1 });
    await other.append(stream, sampleEvents(2), 'no-stream');
    await refused;
    expect(await storedIn(store, stream)).toHaveLength(2);
  });

  test('because the connection broke before the answer came is stored once', async () => {
    const { proxy, store } = await openThroughProxy(await start());
    const stream = newStream();
    proxy.loseAnswerTo('TellTale');
    const events = sampleEvents(2, { type: 'TellTale' });
    expect(await store.append(stream, events, 'no-stream')).toMatchObject({ revision: 1 });
    expect(await storedIn(store, stream)).toEqual(idsOf(events));
  });

  test('because the connection fell silent is found over another one', async () => {
    const { proxy, store } = await openThroughProxy(await start());
    const stream = newStream();
    await store.append(stream, [sampleEvent()], 'no-stream');
    const silent = proxy.fallSilent({ after: 'TellTale', newOnesToo: false });
    const event = sampleEvent({ type: 'TellTale' });
    const appending = store.append(stream, [event], 0);
    await silent;
    expect(await appending).toMatchObject({ revision: 1 });
    expect((await storedIn(store, stream))[1]).toBe(event.eventId);
  });

  test('is told as such when the engine stays away, and goes through when it is repeated later', async () => {
    const server = await start();
    const store = open(server.url, undefined, 300);
    const stream = newStream();
    await server.stopNode(0);
    const event = sampleEvent();
    const failed = store.append(stream, [event], 'no-stream');
    await expect(failed).rejects.toMatchObject({ kind: 'unavailable', code: 'event_store_unavailable' });
    await server.startNode(0);
    await expect.poll(() => store.append(stream, [event], 'no-stream').catch(() => {})).toBeDefined();
    expect(await storedIn(store, stream)).toEqual([event.eventId]);
  });
});

describe('a subscription to EventStoreDB', () => {
  test('that breaks off again and again misses nothing and gives nothing twice', async () => {
    const server = await start();
    const store = open(server.url);
    const stream = newStream();
    const events = sampleEvents(60);
    const { faults } = server.nodes[0] ?? {};
    for (let nth = 0; nth < 12; nth++) faults?.breakNext('subscribe', dropped(), nth);
    const taken = takeEvents(store.subscribeAll({ after: START, limit: 7, signal: forever }), events.length);
    for (const [index, event] of events.entries())
      await store.append(stream, [event], index === 0 ? 'no-stream' : index - 1);
    expect(idsOf(await taken)).toEqual(idsOf(events));
  });

  test.for([1, 3])('goes on over a server of %s nodes that was away altogether', async (nodes) => {
    const server = await start({ nodes });
    const store = open(server.url);
    const [first, second] = [sampleEvent(), sampleEvent()];
    const taken = takeEvents(store.subscribeAll({ after: START, signal: forever }), 2);
    await store.append(newStream(), [first], 'no-stream');
    for (let node = 0; node < nodes; node++) await server.stopNode(node);
    const appending = store.append(newStream(), [second], 'no-stream');
    for (let node = 0; node < nodes; node++) await server.startNode(node);
    await appending;
    expect(idsOf(await taken)).toEqual(idsOf([first, second]));
  });

  test('over a connection that has fallen silent goes on over another one', async () => {
    const server = await start();
    const { proxy, store } = await openThroughProxy(server);
    const [first, second] = [sampleEvent(), sampleEvent()];
    const pages = store.subscribeAll({ after: START, limit: 1, signal: forever })[Symbol.asyncIterator]();
    await store.append(newStream(), [first], 'no-stream');
    expect(idsOf((await pages.next()).value?.events ?? [])).toEqual([first.eventId]);
    await proxy.fallSilent({ newOnesToo: false });
    await open(server.url).append(newStream(), [second], 'no-stream');
    let seen: string[] = [];
    while (seen.length === 0) seen = idsOf((await pages.next()).value?.events ?? []);
    expect(seen).toEqual([second.eventId]);
    await pages.return?.();
  });

  test('with a filter tells how far it is only after all that lies before, however slowly it is read', async () => {
    const server = await start();
    const store = open(server.url);
    const stream = newStream();
    const types = Array.from({ length: 480 }, (_, n) =>
      n % 37 === 0 ? 'Wanted' : n % 3 === 0 ? 'WantedNot' : 'Noise',
    );
    await store.append(
      stream,
      types.map((type) => sampleEvent({ type })),
      'no-stream',
    );
    const all = await store.readStream(stream);
    const wanted = all.filter(({ type }) => type === 'Wanted');
    const seen: StoredEvent[] = [];
    let position = START;
    const filter = { types: ['Wanted'] };
    for await (const page of store.subscribeAll({ after: START, filter, limit: 2, signal: forever })) {
      for (const event of page.events) expect(event.position > position).toBe(true);
      expect(page.position > position).toBe(true);
      position = page.position;
      seen.push(...page.events);
      expect(idsOf(seen)).toEqual(idsOf(wanted.filter((event) => event.position <= position)));
      await sleep(1);
      if (position >= (all.at(-1)?.position ?? '')) break;
    }
    expect(idsOf(seen)).toEqual(idsOf(wanted));
  });

  test('goes on as others do where there are more than a connection may carry, and so do appends', async () => {
    const server = await start();
    const store = open(server.url);
    const readers = Array.from({ length: 150 }, () =>
      takeEvents(store.subscribeAll({ after: START, signal: forever }), 150),
    );
    const events = sampleEvents(150);
    await Promise.all(events.map((event) => store.append(newStream(), [event], 'no-stream')));
    for (const seen of await Promise.all(readers))
      expect(idsOf(seen).toSorted()).toEqual(idsOf(events).toSorted());
  });
});

describe('a cluster of EventStoreDB', () => {
  test('whose leader changes all the time stores each append once, in order, and shows it to readers', async () => {
    const server = await start({ nodes: 3 });
    const [store, reader] = [open(server.url), open(server.url)];
    const stream = newStream();
    const events: EventToAppend[] = sampleEvents(60);
    const taken = takeEvents(reader.subscribeAll({ after: START, signal: forever }), events.length);
    for (const [index, event] of events.entries()) {
      if (index % 3 === 0) server.elect(index % 9 === 6 ? undefined : (index / 3) % 3);
      const appending = store.append(stream, [event], index === 0 ? 'no-stream' : index - 1);
      if (index % 9 === 6) setTimeout(() => server.elect(1), 80);
      expect(await appending).toMatchObject({ revision: index });
      expect((await reader.readStream(stream)).at(-1)?.eventId).toBe(event.eventId);
    }
    expect(idsOf(await taken)).toEqual(idsOf(events));
  });

  test.for([
    [
      'that is found under one name for all',
      (url: string) => url.replace(/^esdb(:[^,]+).*$/, 'esdb+discover$1?tls=false'),
    ],
    ['whose followers are preferred', (url: string) => `${url}&nodePreference=follower`],
  ] as const)('%s is written to and read where it leads', async ([, addressOf]) => {
    const server = await start({ nodes: 3 });
    server.elect(2);
    const store = open(addressOf(server.url));
    const events = sampleEvents(3);
    const taken = takeEvents(store.subscribeAll({ after: START, signal: forever }), events.length);
    const stream = newStream();
    for (const [index, event] of events.entries()) {
      await store.append(stream, [event], index - 1);
      expect(await storedIn(store, stream)).toHaveLength(index + 1);
    }
    expect(idsOf(await taken)).toEqual(idsOf(events));
  });

  test('that loses its leader is found again by the others', async () => {
    const server = await start({ nodes: 3 });
    const store = open(server.url);
    const stream = newStream();
    await store.append(stream, [sampleEvent()], 'no-stream');
    await server.stopNode(0);
    server.elect(1);
    expect(await store.append(stream, [sampleEvent()], 0)).toMatchObject({ revision: 1 });
    expect(await storedIn(store, stream)).toHaveLength(2);
  });
});

test('that the engine is away is said once, and that it is back', async () => {
  const server = await start();
  const said: string[] = [];
  const say = (_: object, message: string) => void said.push(message);
  const store = open(server.url, { debug() {}, info: say, warn: say, error: say });
  const event = sampleEvent();
  const taken = takeEvents(store.subscribeAll({ after: START, signal: forever }), 1);
  await server.stopNode(0);
  await expect.poll(() => said, { timeout: 15_000 }).toHaveLength(1);
  await store.head().catch(() => {});
  await server.startNode(0);
  await store.append(newStream(), [event], 'no-stream');
  expect(idsOf(await taken)).toEqual([event.eventId]);
  expect(said).toEqual([
    'The event store cannot be reached: waiting for it',
    'The event store is there again',
  ]);
});
