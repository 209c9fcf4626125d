import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { createKafkaFrameTopic } from '../../src/adapters/kafka/frames/frame-topic.js';
import { frameTopics } from '../../src/adapters/kafka/topics/topic-table.js';
import { createMemoryFrameTopic } from '../../src/adapters/memory/frame-topic.js';
import { createListener } from '../../src/adapters/postgres/connection/listener.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createPostgresFrameTopic } from '../../src/adapters/postgres/frame-topic/frame-topic.js';
import type { FrameTopic, LiveFrame } from '../../src/core/frame-topic.js';
import { silentLogger as logger } from '../../src/core/logger.js';
import { findEngine } from '../support/engines.js';
import { deleteTopics, makeTopics } from '../support/kafka-topics.js';
import { measureLatencies } from './event-store/statistics.js';
import { type BenchRow, watched, within } from './support/bench-row.js';
import { inFolder } from './support/with-product.js';

const SOURCES = 8;
const FRAME_BYTES = 40_000;
const FRAMES_PER_SECOND = 5;
const IN_A_REQUEST = 8;
const SECONDS = 15;
const LIMIT_MILLISECONDS = 1_000;
const LAST_MILLISECONDS = 2_000;

/** From a frame's being published to its being handed to whoever asks a model, and how many a second can be. */
export const benchLive = async (): Promise<BenchRow[]> => [
  ...(await measured('memory', createMemoryFrameTopic({ logger }))),
  ...(await inFolder(inPostgres)),
  ...(await inKafka()),
];

async function inPostgres(folder: string): Promise<BenchRow[]> {
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'db'), logger });
  try {
    const { connectionString } = server;
    await migrate(connectionString);
    const pool = new pg.Pool({ connectionString, max: 8 });
    pool.on('error', () => {}); // the server may end before the pool's idle connections do
    const listener = createListener({ connectionString, logger });
    try {
      return await measured('PostgreSQL', createPostgresFrameTopic({ pool, listener, logger }));
    } finally {
      await listener.close();
      await pool.end();
    }
  } finally {
    await server.stop();
  }
}

async function inKafka(): Promise<BenchRow[]> {
  const found = findEngine('kafka');
  if (!found) return [];
  const settings = { brokers: found.KAFKA_BROKERS.split(','), clientId: 'bench' };
  const prefix = `bench-${crypto.randomUUID()}`;
  await makeTopics(settings, prefix, frameTopics);
  const inbox = createMemoryFrameTopic({ logger });
  const topic = createKafkaFrameTopic({ settings, prefix, inbox, logger });
  try {
    return await measured('Kafka', topic);
  } finally {
    await topic.close();
    await deleteTopics(settings, prefix);
  }
}

/** Sources that publish as cameras do, then as fast as they can; each of several requests a second, as publishers send them. */
async function measured(engine: string, topic: FrameTopic): Promise<BenchRow[]> {
  const paced = await publish(topic, { perSecond: FRAMES_PER_SECOND, framesInARequest: 1 });
  const flood = await publish(topic, { perSecond: Number.POSITIVE_INFINITY, framesInARequest: IN_A_REQUEST });
  const note = `${SOURCES} sources, ${SECONDS} s, frames of ${FRAME_BYTES / 1000} kB`;
  return [
    within(LIMIT_MILLISECONDS, {
      what: `live frames over ${engine}: published to handed out, p99`,
      ours: paced.p99Milliseconds,
      unit: 'ms',
      note: `p50 ${paced.p50Milliseconds.toFixed(1)} ms; ${note}, ${FRAMES_PER_SECOND} a second each; ${paced.handedOut} of ${paced.published} handed out, ${paced.dropped} dropped`,
    }),
    watched({
      what: `live frames over ${engine}: handed out at most`,
      ours: flood.handedOut / SECONDS,
      unit: 'frames/s',
      note: `${note}, ${IN_A_REQUEST} in a request, one after another; ${flood.published} published, ${flood.dropped} dropped and counted, p99 ${flood.p99Milliseconds.toFixed(0)} ms`,
    }),
  ];
}

async function publish(
  topic: FrameTopic,
  { perSecond, framesInARequest }: { readonly perSecond: number; readonly framesInARequest: number },
) {
  const milliseconds: number[] = [];
  let [published, dropped] = [0, 0];
  const over = new AbortController();
  const consuming = topic.consume({
    mostFrames: IN_A_REQUEST,
    signal: over.signal,
    async handle(batch) {
      dropped += batch.dropped.queue;
      for (const { occurredAt } of batch.frames) milliseconds.push(Date.now() - Date.parse(occurredAt));
    },
  });
  // Whoever has just begun to listen hears of nothing for a moment where the topic is elsewhere.
  await sleep(LAST_MILLISECONDS);
  const endsAt = performance.now() + SECONDS * 1000;
  const jpeg = new Uint8Array(FRAME_BYTES).fill(7);
  const source = async (): Promise<void> => {
    const sourceId = crypto.randomUUID();
    for (let sequence = 0; performance.now() < endsAt; sequence += framesInARequest) {
      const frames = Array.from(
        { length: framesInARequest },
        (_, index): LiveFrame => ({
          ...{
            sequence: sequence + index,
            occurredAt: new Date().toISOString(),
            atSeconds: null,
            mark: null,
          },
          jpeg,
        }),
      );
      published += frames.length;
      await topic.publish(sourceId, frames, 0);
      if (perSecond === Number.POSITIVE_INFINITY) await new Promise(setImmediate);
      else await sleep(1000 / perSecond);
    }
  };
  await Promise.all(Array.from({ length: SOURCES }, source));
  await sleep(LAST_MILLISECONDS);
  over.abort();
  await consuming;
  return { published, dropped, handedOut: milliseconds.length, ...measureLatencies(milliseconds) };
}
