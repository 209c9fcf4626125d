import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FrameBatch, FrameBounds, FrameTopic, LiveFrame } from '../../src/core/frame-topic.js';

const bounds: FrameBounds = { frames: 8, bytes: 100_000 };

const frame = (sequence: number, bytes = 10): LiveFrame => ({
  ...{ sequence, occurredAt: '2026-11-21T09:30:00.000Z', atSeconds: sequence / 2, mark: null },
  jpeg: new Uint8Array(bytes).fill(sequence),
});
const frames = (from: number, count: number, bytes?: number) =>
  Array.from({ length: count }, (_, index) => frame(from + index, bytes));

/** What is handed out until so many frames have come, or all that was dropped is told. */
async function taken(
  topic: FrameTopic,
  enough: (batches: readonly FrameBatch[]) => boolean,
  mostFrames = 16,
) {
  const over = new AbortController();
  const batches: FrameBatch[] = [];
  await topic.consume({
    mostFrames,
    signal: over.signal,
    async handle(batch) {
      batches.push(batch);
      if (enough(batches)) over.abort();
    },
  });
  return batches;
}

const sequencesOf = (batches: readonly FrameBatch[], sourceId: string): number[] =>
  batches
    .filter((batch) => batch.sourceId === sourceId)
    .flatMap((batch) => batch.frames.map(({ sequence }) => sequence));
const framesIn = (batches: readonly FrameBatch[]) => batches.flatMap((batch) => batch.frames).length;
const droppedIn = (batches: readonly FrameBatch[]) =>
  batches.reduce(
    (sum, { dropped }) => ({
      publisher: sum.publisher + dropped.publisher,
      queue: sum.queue + dropped.queue,
    }),
    { publisher: 0, queue: 0 },
  );

/** What every engine of frames promises. */
export function frameTopicContract(
  name: string,
  open: (bounds: FrameBounds) => Promise<{ readonly topic: FrameTopic; close(): Promise<void> }>,
): void {
  describe(`frames on ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let topic: FrameTopic;
    beforeAll(async () => {
      opened = await open(bounds);
      topic = opened.topic;
    });
    afterAll(() => opened?.close());

    test('come as they were published, in their order, with what is said of each', async () => {
      const sourceId = randomUUID();
      const sent = [{ ...frame(1), mark: 'opens' as const }, frame(2)];
      await topic.publish(sourceId, sent, 0);
      const last = { ...frame(3), atSeconds: null, mark: 'ends' as const, jpeg: new Uint8Array() };
      await topic.publish(sourceId, [last], 0);
      const batches = await taken(topic, (all) => framesIn(all) === 3);
      expect(
        batches.flatMap((batch) => batch.frames).map(({ jpeg, ...rest }) => ({ ...rest, jpeg: [...jpeg] })),
      ).toEqual([...sent, last].map(({ jpeg, ...rest }) => ({ ...rest, jpeg: [...jpeg] })));
      expect(new Set(batches.map((batch) => batch.sourceId))).toEqual(new Set([sourceId]));
      expect(droppedIn(batches)).toEqual({ publisher: 0, queue: 0 });
    });

    test('of a source that nobody looks at, the oldest make room for the newest and are counted, also those that come at once', async () => {
      const sourceId = randomUUID();
      await topic.publish(sourceId, frames(1, 6), 0);
      await topic.publish(sourceId, frames(7, 6), 0);
      const batches = await taken(topic, (all) => framesIn(all) + droppedIn(all).queue === 12);
      expect(sequencesOf(batches, sourceId)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
      expect(droppedIn(batches)).toEqual({ publisher: 0, queue: 4 });
      await topic.publish(sourceId, frames(13, 10), 0);
      const more = await taken(topic, (all) => framesIn(all) + droppedIn(all).queue === 10);
      expect(sequencesOf(more, sourceId)).toEqual([15, 16, 17, 18, 19, 20, 21, 22]);
    });

    test('are bounded by their bytes, and the newest is kept however large it is', async () => {
      const sourceId = randomUUID();
      await topic.publish(sourceId, frames(1, 3, 40_000), 0);
      await topic.publish(sourceId, [frame(4, 150_000)], 0);
      const batches = await taken(topic, (all) => framesIn(all) + droppedIn(all).queue === 4);
      expect(sequencesOf(batches, sourceId)).toEqual([4]);
      expect(droppedIn(batches)).toEqual({ publisher: 0, queue: 3 });
    });

    test('one source does not push out the frames of another, nor does it keep them waiting for all of its own', async () => {
      const [busy, quiet] = [randomUUID(), randomUUID()];
      await topic.publish(busy, frames(1, 8), 0);
      await topic.publish(quiet, frames(1, 2), 0);
      const batches = await taken(topic, (all) => framesIn(all) === 10, 4);
      expect(sequencesOf(batches, busy)).toHaveLength(8);
      expect(sequencesOf(batches, quiet)).toEqual([1, 2]);
      expect(Math.max(...batches.map((batch) => batch.frames.length))).toBeLessThanOrEqual(4);
    });

    test('what a publisher let go of itself is told once, with its next frames', async () => {
      const sourceId = randomUUID();
      await topic.publish(sourceId, frames(4, 1), 3);
      await topic.publish(sourceId, frames(6, 1), 1);
      const batches = await taken(topic, (all) => framesIn(all) === 2);
      expect(droppedIn(batches)).toEqual({ publisher: 4, queue: 0 });
      await topic.publish(sourceId, frames(7, 1), 0);
      expect(droppedIn(await taken(topic, (all) => framesIn(all) === 1))).toEqual({ publisher: 0, queue: 0 });
    });

    test('whoever waits hears of frames that are published later, and one that fails at some goes on with the next', async () => {
      const sourceId = randomUUID();
      const over = new AbortController();
      const seen: number[] = [];
      const consuming = topic.consume({
        mostFrames: 1,
        signal: over.signal,
        async handle(batch) {
          seen.push(...batch.frames.map(({ sequence }) => sequence));
          if (seen.length === 2) over.abort();
          throw new Error('cannot look at it');
        },
      });
      await topic.publish(sourceId, frames(1, 1), 0);
      await topic.publish(sourceId, frames(2, 1), 0);
      await consuming;
      expect(seen).toEqual([1, 2]);
    });

    test('of a source that is gone none come any more, nor what was dropped of it, and those of others do', async () => {
      const [gone, other] = [randomUUID(), randomUUID()];
      await topic.publish(gone, frames(1, 12), 3);
      await topic.discard(gone);
      await topic.publish(other, frames(1, 1), 0);
      const batches = await taken(topic, (all) => framesIn(all) === 1);
      expect(batches.map(({ sourceId }) => sourceId)).toEqual([other]);
      expect(droppedIn(batches)).toEqual({ publisher: 0, queue: 0 });
    });

    test('of several who look each frame goes to one', async () => {
      const sourceId = randomUUID();
      const over = new AbortController();
      const seen: number[] = [];
      const consuming = [1, 2].map(() =>
        topic.consume({
          mostFrames: 2,
          signal: over.signal,
          async handle(batch) {
            seen.push(...batch.frames.map(({ sequence }) => sequence));
            if (seen.length >= 8) over.abort();
          },
        }),
      );
      await topic.publish(sourceId, frames(1, 8), 0);
      await Promise.all(consuming);
      expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });
  });
}
