import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLocalBlobStore } from '../../../src/adapters/local-disk/local-blob-store.js';
import { createMemoryAttemptClaims } from '../../../src/adapters/memory/attempt-claims.js';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import {
  createMemoryJobEngine,
  createMemoryJobQueue,
} from '../../../src/adapters/memory/job-queue/memory-job-queue.js';
import type { BlobStore } from '../../../src/core/blob-store.js';
import type { Command } from '../../../src/core/decider.js';
import { unavailable } from '../../../src/core/errors.js';
import type { JobConsumer } from '../../../src/core/job-consumer.js';
import type { JobQueue } from '../../../src/core/job-queue.js';
import type { JsonObject } from '../../../src/core/json.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { PositionWaiter } from '../../../src/core/projection-store.js';
import type { PopularityReader } from '../../../src/core/readers/popularity.js';
import type { ViewerActivityReader } from '../../../src/core/readers/viewer-activity.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { Worker } from '../../../src/core/worker.js';
import { aggregates, eventDefinitions, type MediaFlowEvent } from '../../../src/domain/index.js';
import type { MediaCommand } from '../../../src/domain/media/media-commands.js';
import { recommendationStream } from '../../../src/domain/recommendation/recommendation.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';
import { createCommandHandler } from '../../../src/runtime/command/handle-command.js';
import { runWorkers } from '../../../src/runtime/job/job-runner.js';
import { keepOutput } from '../../../src/workers/keep-output.js';
import { jobPolicies } from '../../../src/workers/policies.js';
import { purgeWorker } from '../../../src/workers/purge.js';
import { recommendWorker } from '../../../src/workers/recommend.js';
import { stepWorker } from '../../../src/workers/step-worker.js';
import { mediaId, probe, registration } from '../../kit/media-fixtures.js';

const now = '2026-11-21T10:00:00.000Z';
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

/** What is told before any work begins. */
const BEFORE = ['MediaRegistered', 'MediaUploaded', 'RecommendationRequested'];

let root: string;
const opened: JobQueue[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mediaflow-twice-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.stop({ graceSeconds: 0 })));
  rmSync(root, { recursive: true, force: true });
});

/** Two processes with the real runner, rules and files on a queue that delivers every attempt twice. */
async function twoProcesses(workersOn: (blobs: BlobStore) => readonly Worker[]) {
  const store = createMemoryEventStore();
  const handle = createCommandHandler<MediaCommand, MediaFlowEvent>({
    ...{ store, aggregates: Object.values(aggregates), now: () => now },
    codec: createEventCodec<MediaFlowEvent>(eventDefinitions),
  });
  const send = (command: Command, commandId: string = randomUUID()) =>
    handle({
      ...{ commandId, command: command as MediaCommand, correlationId: mediaId, causationId: null },
      ...{ actor: 'test', ...NO_REQUEST },
    });
  await send(registration);
  await send({
    type: 'CompleteUpload',
    data: { mediaId, blobKey: 'media/m1/original', sizeBytes: 9, sha256: '0'.repeat(64) },
  });
  const blobs = await createLocalBlobStore({ folder: join(root, 'blobs') });
  const engine = createMemoryJobEngine('at-least-once');
  const claims = createMemoryAttemptClaims();
  let deliveries = 0;
  for (const name of ['one', 'other']) {
    const kinds = Object.entries(jobPolicies).map(([kind, policy]) => ({ kind, policy }));
    const queue = createMemoryJobQueue({ engine, kinds });
    opened.push(queue);
    const work: JobConsumer['work'] = (kind, options, handler) =>
      queue.work(kind, options, (job, lease) => {
        deliveries++;
        return handler(job, lease);
      });
    await runWorkers({
      ...{ queue: { delivers: queue.delivers, work }, claims, workers: workersOn(blobs) },
      execute: ({ commandId, command }) => send(command, commandId),
      workRoot: join(root, name),
      clock: () => now,
      random: () => 0,
      logger: silentLogger,
    });
  }
  const [queue] = opened as [JobQueue];
  return {
    send,
    deliveries: () => deliveries,
    async run(kind: string, payload: JsonObject) {
      const id = randomUUID();
      const cause = { correlationId: mediaId, causationId: 'cause', ...NO_REQUEST };
      await queue.enqueue([{ ...{ id, kind, key: mediaId, payload }, ...cause }]);
      return id;
    },
    untilOver: () =>
      eventually(async () => {
        const depths = await queue.depth();
        expect(depths.every(({ waiting, active }) => waiting + active === 0)).toBe(true);
        expect(opened.flatMap((each) => each.running())).toEqual([]);
      }),
    told: async (stream = `media-${mediaId}`) =>
      (await store.readStream(stream)).map(({ type }) => type).filter((type) => !BEFORE.includes(type)),
    async kept() {
      const keys: string[] = [];
      for await (const { key } of blobs.list(`media/${mediaId}`)) keys.push(key);
      return keys.toSorted();
    },
  };
}

/** A probe that makes something, and fails at first where it is told to. */
function probeThatMakes(log: string[], failures: number) {
  return (blobs: BlobStore) => [
    stepWorker({
      step: 'probe',
      concurrency: 2,
      async run(_, held, context) {
        log.push(`attempt ${held.attempt}`);
        const folder = join(context.workFolder, 'hls');
        await mkdir(folder);
        writeFileSync(join(folder, 'segment.m4s'), `of attempt ${held.attempt}`);
        await keepOutput(blobs, { held, what: 'hls', folder, context });
        if (held.attempt <= failures) throw unavailable('model_missing', 'Away');
        return [{ type: 'RecordProbe', data: { ...held, probe } }];
      },
    }),
  ];
}

test('an attempt that is delivered twice is worked on once, and its result recorded once', async () => {
  const log: string[] = [];
  const processes = await twoProcesses(probeThatMakes(log, 0));
  const id = await processes.run('probe', { mediaId, blobKey: 'media/m1/original' });
  await processes.untilOver();
  await eventually(() => expect(processes.deliveries()).toBe(2));
  expect(log).toEqual(['attempt 1']);
  expect(await processes.kept()).toEqual([`media/${mediaId}/hls/${id}-1/segment.m4s`]);
  expect(await processes.told()).toEqual([
    ...['StepStarted', 'MediaProbed', 'StepCompleted', 'ProcessingPlanned'],
  ]);
});

test('an attempt that fails is recorded once, and the next one has a place of its own', async () => {
  const log: string[] = [];
  const processes = await twoProcesses(probeThatMakes(log, 1));
  const id = await processes.run('probe', { mediaId, blobKey: 'media/m1/original' });
  await processes.untilOver();
  await eventually(() => expect(processes.deliveries()).toBe(4));
  expect(log).toEqual(['attempt 1', 'attempt 2']);
  expect(await processes.kept()).toEqual(
    [1, 2].map((attempt) => `media/${mediaId}/hls/${id}-${attempt}/segment.m4s`),
  );
  expect(await processes.told()).toEqual([
    ...['StepStarted', 'StepAttemptFailed'],
    ...['StepStarted', 'MediaProbed', 'StepCompleted', 'ProcessingPlanned'],
  ]);
});

test('work that is no step of an item is done and recorded once as well', async () => {
  const removed: string[] = [];
  const processes = await twoProcesses(() => [
    purgeWorker({
      blobs: { remove: async (prefix) => void removed.push(prefix) } as BlobStore,
      eraseItem: async (item) => void removed.push(`personal data of ${item}`),
      findPull: async () => undefined,
    }),
  ]);
  await processes.send({ type: 'DeleteMedia', data: { mediaId } });
  await processes.run('purge', { mediaId });
  await processes.untilOver();
  await eventually(() => expect(processes.deliveries()).toBe(2));
  expect(removed).toEqual([`personal data of ${mediaId}`, `media/${mediaId}`]);
  expect(await processes.told()).toEqual(['StepsCancelled', 'MediaDeleted', 'MediaPurged']);
});

test('a recommendation that fails at first is made by the next attempt, each told once', async () => {
  const mostPopular = vi.fn<PopularityReader['mostPopular']>(async () => []);
  mostPopular.mockRejectedValueOnce(unavailable('view_rebuilding', 'Filled anew'));
  const processes = await twoProcesses(() => [
    recommendWorker({
      popularity: { mostPopular, standing: async () => '' } as unknown as PopularityReader,
      viewerActivity: {
        doingsOf: async () => [],
        interestByKind: async () => [],
      } as unknown as ViewerActivityReader,
      models: { current: async () => undefined },
      blobs: { read: () => expect.unreachable() },
      waiter: { waitFor: () => expect.unreachable() } as unknown as PositionWaiter,
    }),
  ]);
  const request = {
    ...{ requestId: randomUUID(), userId: 'ada', genre: null, type: 'video' as const, limit: 5 },
  };
  await processes.send({ type: 'RequestRecommendation', data: request });
  await processes.run('recommend', request);
  await processes.untilOver();
  await eventually(() => expect(processes.deliveries()).toBe(4));
  expect(mostPopular).toHaveBeenCalledTimes(2);
  expect(await processes.told(recommendationStream(request.requestId))).toEqual([
    ...['RecommendationAttemptFailed', 'RecommendationGenerated'],
  ]);
});

test('a process does not begin to work on such a queue without claims', async () => {
  const queue = createMemoryJobQueue({ engine: createMemoryJobEngine('at-least-once'), kinds: [] });
  await expect(
    runWorkers({
      ...{ queue, workers: [], workRoot: root, random: () => 0, clock: () => now, logger: silentLogger },
      execute: async () => {},
    }),
  ).rejects.toThrow('claims');
});
