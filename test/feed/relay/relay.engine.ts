import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventTopics } from '../../../src/adapters/kafka/topics/topic-table.js';
import { createPostgresCheckpointStore } from '../../../src/adapters/postgres/checkpoint-store.js';
import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store/event-store.js';
import { sampleEvent } from '../../bench/event-store/workload.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestBroker, type TestBroker } from '../../support/kafka-broker.js';
import { type ReadRecord, readTopics } from '../../support/kafka-reader.js';
import { makeTopics } from '../../support/kafka-topics.js';
import { runTypeScript, type TypeScriptProcess } from '../../support/typescript-process.js';

let broker: TestBroker;
let database: TestDatabase;
let store: ReturnType<typeof createPostgresEventStore>;
beforeAll(async () => {
  broker = await startTestBroker();
}, 120_000);
afterAll(() => broker?.end());

let prefix = '';
beforeEach(async () => {
  database = await createTestDatabase();
  store = createPostgresEventStore(database);
  prefix = `test-${randomUUID()}`;
  await makeTopics(settings(), prefix, eventTopics);
});
const relays: RelayProcess[] = [];
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  broker.resume();
  for (const stop of stops.splice(0)) await stop();
  for (const { child, ended } of relays.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await store.close();
  await database.drop();
});

const settings = () => ({ brokers: [broker.brokers], clientId: 'test' });

interface RelayProcess extends TypeScriptProcess {
  /** Resolves when it is the one that publishes. */
  active(): Promise<void>;
}

function startRelay(): RelayProcess {
  const started = runTypeScript(new URL('./relay-process.ts', import.meta.url), [
    ...[database.url, broker.brokers, prefix],
  ]);
  const relay = {
    ...started,
    async active() {
      for (;;) {
        const line = await started.readJsonLine<{ isActive: boolean }>();
        if (!line) throw new Error('The relay has ended');
        if (line.isActive) return;
      }
    },
  };
  relays.push(relay);
  return relay;
}

const STREAMS = Array.from({ length: 5 }, () => `media-${randomUUID()}`);

/** Appends to all streams until it is told to stop; gives how many events each has then. */
function keepAppending() {
  let isOver = false;
  stops.push(async () => {
    isOver = true;
    await done;
  });
  let length = 0;
  const done = (async () => {
    while (!isOver) {
      await Promise.all(STREAMS.map((stream) => store.append(stream, [sampleEvent(length)], 'any')));
      length += 1;
      await sleep(2);
    }
  })();
  return {
    length: () => length,
    async stop() {
      isOver = true;
      await done;
      return length;
    },
  };
}

const revisionsOf = (records: readonly ReadRecord[], stream: string) =>
  records.filter(({ key }) => key === stream).map(({ value }) => JSON.parse(value).revision as number);

/** All that was written is there, and in order: what comes for the first time is the next of its key, all else is a repeat. */
async function expectAllInOrder(length: number): Promise<void> {
  const topics = [`${prefix}.events.media`];
  const committed = await readTopics(settings(), topics);
  const everything = await readTopics(settings(), topics, { readUncommitted: true });
  try {
    for (const { records } of [committed, everything])
      for (const stream of STREAMS) {
        await expect
          .poll(() => new Set(revisionsOf(records, stream)).size, { timeout: 30_000, interval: 200 })
          .toBe(length);
        let next = 0;
        const skipped = revisionsOf(records, stream).filter((revision) => {
          if (revision > next) return true;
          next = Math.max(next, revision + 1);
          return false;
        });
        expect(skipped).toEqual([]);
      }
    // An event is never the older one behind a newer one, but where a whole publication was repeated.
    for (const stream of STREAMS) expect(restarts(revisionsOf(committed.records, stream))).toBeLessThan(10);
  } finally {
    await Promise.all([committed.stop(), everything.stop()]);
  }
}

/** How often it goes back. */
const restarts = (revisions: readonly number[]) =>
  revisions.filter((revision, index) => index > 0 && revision <= (revisions[index - 1] ?? 0)).length;

const published = async () => (await createPostgresCheckpointStore(database.pool).load('relay')).position;
/** Resolves when what is written from now on is being published. */
async function untilPublishedOn(): Promise<void> {
  const head = await store.head();
  await expect.poll(async () => (await published()) > head, { timeout: 40_000, interval: 50 }).toBe(true);
}

test('a relay that is killed in the middle leaves nothing out: the one that stood by takes over in seconds', async () => {
  const [first, standby] = [startRelay(), startRelay()];
  const standing = [first, standby].map((relay) => relay.active().then(() => relay));
  const won = await Promise.race(standing);
  Promise.all(standing).catch(() => {});
  const appending = keepAppending();
  await untilPublishedOn();
  won.child.kill('SIGKILL');
  const begun = performance.now();
  await untilPublishedOn();
  expect(performance.now() - begun).toBeLessThan(20_000);
  await expectAllInOrder(await appending.stop());
}, 120_000);

test('a relay that was paused for longer than its turn writes nothing behind the one that followed it', async () => {
  const paused = startRelay();
  await paused.active();
  const appending = keepAppending();
  await untilPublishedOn();
  const standby = startRelay();
  for (let round = 0; round < 2; round += 1) {
    paused.child.kill('SIGSTOP');
    await untilPublishedOn();
    standby.child.kill('SIGSTOP');
    paused.child.kill('SIGCONT');
    await untilPublishedOn();
    standby.child.kill('SIGCONT');
  }
  await untilPublishedOn();
  await expectAllInOrder(await appending.stop());
}, 180_000);

test('a broker that is killed, or hangs for longer than any request may, is waited for, and nothing is left out', async () => {
  await startRelay().active();
  const appending = keepAppending();
  await untilPublishedOn();
  await broker.kill();
  await broker.restart();
  await untilPublishedOn();
  await broker.pause();
  await sleep(25_000);
  broker.resume();
  await untilPublishedOn();
  await expectAllInOrder(await appending.stop());
}, 240_000);
