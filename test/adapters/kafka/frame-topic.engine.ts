import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createKafkaFrameTopic } from '../../../src/adapters/kafka/frames/frame-topic.js';
import { frameTopics } from '../../../src/adapters/kafka/topics/topic-table.js';
import { createMemoryFrameTopic } from '../../../src/adapters/memory/frame-topic.js';
import type { FrameBatch, FrameTopic, LiveFrame } from '../../../src/core/frame-topic.js';
import { silentLogger as logger } from '../../../src/core/logger.js';
import { engine } from '../../support/engines.js';
import { deleteTopics, makeTopics } from '../../support/kafka-topics.js';

const settings = { brokers: engine('kafka').KAFKA_BROKERS.split(','), clientId: 'test' };
const prefix = `test-${randomUUID()}`;
const bounds = { frames: 8, bytes: 100_000 };
/** As two processes have it: one that takes frames, and one that looks at them. */
let taking: FrameTopic;
let looking: FrameTopic;
const open = () =>
  createKafkaFrameTopic({ settings, prefix, logger, inbox: createMemoryFrameTopic({ logger, bounds }) });

const frame = (sequence: number): LiveFrame => ({
  ...{ sequence, occurredAt: '2026-11-21T09:30:00.000Z', atSeconds: sequence / 2, mark: null },
  jpeg: new Uint8Array(10).fill(sequence),
});

/** What is handed out from now on, and a promise that waits until it is as wished for. */
function look(topic: FrameTopic) {
  const over = new AbortController();
  const batches: FrameBatch[] = [];
  let hold: Promise<void> = Promise.resolve();
  const consuming = topic.consume({
    ...{ mostFrames: 4, signal: over.signal },
    async handle(batch) {
      batches.push(batch);
      await hold;
    },
  });
  return {
    batches,
    of: (sourceId: string) => batches.filter((batch) => batch.sourceId === sourceId),
    holdUntil(promise: Promise<void>) {
      hold = promise;
    },
    async end() {
      over.abort();
      await consuming;
    },
  };
}
const sequencesOf = (batches: readonly FrameBatch[]) =>
  batches.flatMap(({ frames }) => frames.map(({ sequence }) => sequence));

let looker: ReturnType<typeof look>;
beforeAll(async () => {
  await makeTopics(settings, prefix, frameTopics);
  [taking, looking] = [open(), open()];
  looker = look(looking);
  // A group begins with what comes once it is there.
  const first = randomUUID();
  await vi.waitFor(
    async () => {
      await taking.publish(first, [frame(1)], 0);
      expect(looker.of(first).length).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 300 },
  );
}, 120_000);
afterAll(async () => {
  await looker?.end();
  await Promise.all([taking?.close(), looking?.close()]);
  await deleteTopics(settings, prefix);
});

test('frames come from one process to another as they were published, in the order of their source, with what was dropped', async () => {
  const sourceId = randomUUID();
  const sent = [{ ...frame(1), mark: 'opens' as const }, frame(2)];
  await taking.publish(sourceId, sent, 3);
  await taking.publish(sourceId, [{ ...frame(3), atSeconds: null, mark: 'ends', jpeg: new Uint8Array() }], 0);
  await expect.poll(() => sequencesOf(looker.of(sourceId)), { timeout: 30_000 }).toEqual([1, 2, 3]);
  const frames = looker.of(sourceId).flatMap((batch) => batch.frames);
  expect(frames.map(({ mark }) => mark)).toEqual(['opens', null, 'ends']);
  expect([...(frames[1]?.jpeg ?? [])]).toEqual([...frame(2).jpeg]);
  expect(frames[2]).toMatchObject({ atSeconds: null, occurredAt: '2026-11-21T09:30:00.000Z' });
  const dropped = looker.of(sourceId).reduce((sum, batch) => sum + batch.dropped.publisher, 0);
  expect(dropped).toBe(3);
});

test('of a source that is looked at too slowly the oldest make room and are counted, and one that is gone is let go of', async () => {
  const [blocking, slow, gone, last] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const held = Promise.withResolvers<void>();
  looker.holdUntil(held.promise);
  await taking.publish(blocking, [frame(1)], 0);
  await expect.poll(() => looker.of(blocking).length, { timeout: 30_000 }).toBe(1);
  for (let first = 1; first <= 40; first += 8)
    await taking.publish(
      slow,
      Array.from({ length: 8 }, (_, at) => frame(first + at)),
      0,
    );
  await taking.publish(gone, [frame(1)], 0);
  await taking.discard(gone);
  // All of it is read by then, though nothing of it is looked at.
  await expect.poll(async () => (await lagOf()) === 0, { timeout: 30_000, interval: 200 }).toBe(true);
  held.resolve();
  await taking.publish(last, [frame(1)], 0);
  await expect.poll(() => looker.of(last).length, { timeout: 30_000 }).toBe(1);
  await expect.poll(() => sequencesOf(looker.of(slow)).at(-1), { timeout: 30_000 }).toBe(40);
  const seen = sequencesOf(looker.of(slow));
  const pushedOut = looker.of(slow).reduce((sum, batch) => sum + batch.dropped.queue, 0);
  expect(seen).toEqual([33, 34, 35, 36, 37, 38, 39, 40]);
  expect(pushedOut).toBe(32);
  expect(looker.of(gone)).toEqual([]);
});

/** Records that the group has not read yet. */
async function lagOf(): Promise<number> {
  const { openClient } = await import('../../../src/adapters/kafka/connection/open-client.js');
  const { client, close } = await openClient({ settings, logger, make: (kafka) => kafka.admin() });
  try {
    const topic = `${prefix}.live-frames`;
    const ends = await client.fetchTopicOffsets(topic);
    const [group] = await client.fetchOffsets({ groupId: topic, topics: [topic] });
    return ends.reduce((sum, { partition, offset }) => {
      const read = Number(group?.partitions.find((each) => each.partition === partition)?.offset ?? -1);
      return sum + (Number(offset) > 0 ? Number(offset) - Math.max(0, read) : 0);
    }, 0);
  } finally {
    await close();
  }
}
