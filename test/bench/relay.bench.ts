import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { mendRequestQueue } from '../../src/adapters/kafka/connection/mend-request-queue.js';
import { provideZstd } from '../../src/adapters/kafka/connection/zstd.js';
import { createKafkaEventPublisher } from '../../src/adapters/kafka/publisher/event-publisher.js';
import { eventTopics } from '../../src/adapters/kafka/topics/topic-table.js';
import { createPostgresCheckpointStore } from '../../src/adapters/postgres/checkpoint-store.js';
import { createListener } from '../../src/adapters/postgres/connection/listener.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createPostgresEventStore } from '../../src/adapters/postgres/event-store/event-store.js';
import type { StoredEvent } from '../../src/core/event.js';
import type { EventStore } from '../../src/core/event-store.js';
import { silentLogger } from '../../src/core/logger.js';
import { START } from '../../src/core/position.js';
import { eventDefinitions } from '../../src/domain/index.js';
import { eventRecord } from '../../src/feed/event-record.js';
import { createRelay } from '../../src/feed/relay.js';
import { systemClock } from '../../src/runtime/clock.js';
import { withholdPersonal } from '../../src/runtime/erasure/withhold-personal.js';
import { followLog } from '../../src/runtime/following/follow-log.js';
import { engine } from '../support/engines.js';
import { deleteTopics, makeTopics } from '../support/kafka-topics.js';
import { median, spread } from './event-store/statistics.js';
import { sampleEvent } from './event-store/workload.js';
import type { BenchRow } from './support/bench-row.js';

const EVENTS = 60_000;
const STREAM_EVENTS = 20;
const PAGE_EVENTS = 4_000;
const ROUNDS = 5;

interface Figure {
  readonly eventsPerSecond: number;
  readonly cpuMicroseconds: number;
}

/**
 * The relay, from the log in PostgreSQL to what Kafka has acknowledged, against a bare producer of kafkajs that sends the same
 * records, made beforehand, in batches of the same size, with the same acknowledgements and compression. They take turns.
 */
export async function benchRelay(): Promise<BenchRow[]> {
  const settings = { brokers: engine('kafka').KAFKA_BROKERS.split(','), clientId: 'bench' };
  const prefix = `bench-${crypto.randomUUID()}`;
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-bench-relay-'));
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'data'), logger: silentLogger });
  try {
    await migrate(server.connectionString);
    await makeTopics(settings, prefix, eventTopics);
    return await compare(server.connectionString, settings, prefix);
  } finally {
    await deleteTopics(settings, prefix);
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Settings = Parameters<typeof makeTopics>[0];

async function compare(connectionString: string, settings: Settings, prefix: string): Promise<BenchRow[]> {
  const pool = new pg.Pool({ connectionString, max: 8 });
  pool.on('error', () => {}); // the server may stop before its last connection has closed
  const listener = createListener({ connectionString, logger: silentLogger });
  const store = createPostgresEventStore({ pool, listener });
  const checkpoints = createPostgresCheckpointStore(pool);
  await fill(store);
  const events = await readLog(store);
  const relayed: Figure[] = [];
  const bare: Figure[] = [];
  const uncompressed: Figure[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const figures = [
      await measureBare(events, settings, prefix, CompressionTypes.ZSTD),
      await measureRelay({ store, checkpoints, settings, prefix }),
      await measureBare(events, settings, prefix, CompressionTypes.None),
    ] as const;
    if (round === 0) continue;
    bare.push(figures[0]);
    relayed.push(figures[1]);
    uncompressed.push(figures[2]);
  }
  await store.close();
  await listener.close();
  await pool.end();
  return [
    row('relay', relayed, bare, `a bare kafkajs producer, the same records and compression`),
    row('relay', relayed, uncompressed, 'the same, without compression, which is its default'),
  ];
}

async function fill(store: EventStore): Promise<void> {
  const streams = Array.from({ length: EVENTS / STREAM_EVENTS }, () => `media-${crypto.randomUUID()}`);
  for (let from = 0; from < streams.length; from += 50)
    await Promise.all(
      streams.slice(from, from + 50).map((stream) =>
        store.append(
          stream,
          Array.from({ length: STREAM_EVENTS }, (_, index) => sampleEvent(index)),
          'no-stream',
        ),
      ),
    );
}

async function readLog(store: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let after = START; events.length < EVENTS; ) {
    const page = await store.readAll({ after, limit: PAGE_EVENTS });
    events.push(...page.events);
    after = page.position;
  }
  return events;
}

async function measured(work: () => Promise<void>): Promise<Figure> {
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { eventsPerSecond: EVENTS / seconds, cpuMicroseconds: (user + system) / EVENTS };
}

async function measureRelay(options: {
  readonly store: EventStore;
  readonly checkpoints: ReturnType<typeof createPostgresCheckpointStore>;
  readonly settings: Settings;
  readonly prefix: string;
}): Promise<Figure> {
  const { store, checkpoints, settings, prefix } = options;
  const stopping = new AbortController();
  const relay = createRelay({
    publisher: createKafkaEventPublisher({ settings, prefix, logger: silentLogger }),
    installation: prefix,
    tell: async (events) => events.map((event) => withholdPersonal(eventDefinitions, event)),
  });
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const { done, status } = followLog(
    {
      // A name of its own each round: it has its turn at once, from the start of the log on.
      name: `relay-${crypto.randomUUID()}`,
      // Connections are made before the clock runs, as the other's are.
      async begin() {
        const work = await relay.begin();
        begun.resolve();
        await go.promise;
        return work;
      },
    },
    {
      ...{ store, checkpoints, clock: systemClock, logger: silentLogger, signal: stopping.signal },
      pageEvents: PAGE_EVENTS,
    },
  );
  await begun.promise;
  const figure = await measured(async () => {
    go.resolve();
    while ((await status()).handledEvents < EVENTS) await sleep(5);
  });
  stopping.abort();
  await done;
  return figure;
}

async function measureBare(
  events: readonly StoredEvent[],
  { brokers }: Settings,
  prefix: string,
  compression: CompressionTypes,
): Promise<Figure> {
  mendRequestQueue();
  provideZstd();
  const messages = events.map((event) => {
    const { key, value, headers } = eventRecord(event, prefix);
    return { key, value, headers: { ...headers } };
  });
  const topic = `${prefix}.events.media`;
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  const figure = await measured(async () => {
    for (let from = 0; from < messages.length; from += PAGE_EVENTS)
      await producer.send({
        topic,
        acks: -1,
        compression,
        messages: messages.slice(from, from + PAGE_EVENTS),
      });
  });
  await producer.disconnect();
  return figure;
}

function row(what: string, ours: readonly Figure[], limit: readonly Figure[], note: string): BenchRow {
  const rates = (figures: readonly Figure[]) => figures.map(({ eventsPerSecond }) => eventsPerSecond);
  const cpu = (figures: readonly Figure[]) =>
    median(figures.map(({ cpuMicroseconds }) => cpuMicroseconds)).toFixed(1);
  const percent = (figures: readonly Figure[]) => `${Math.round(spread(rates(figures)) * 100)} %`;
  return {
    what,
    ours: median(rates(ours)),
    limit: median(rates(limit)),
    unit: 'events/s',
    // Of neighbouring rounds, which the rest of the machine disturbs alike.
    ratio: median(
      ours.map(
        ({ eventsPerSecond }, index) => eventsPerSecond / (limit[index]?.eventsPerSecond ?? Number.NaN),
      ),
    ),
    note: `${note}; processor time an event ${cpu(ours)} µs ours, ${cpu(limit)} µs theirs; spread ${percent(ours)} ours, ${percent(limit)} theirs`,
  };
}
