import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '../../src/core/decider.js';
import type { StoredEvent } from '../../src/core/event.js';
import { silentLogger } from '../../src/core/logger.js';
import { positionAt } from '../../src/core/numbered-position.js';
import { START } from '../../src/core/position.js';
import type { WorkerContext } from '../../src/core/worker.js';
import type { ModelDataOf } from '../../src/domain/model/model-events.js';
import { modelKey, modelReadingKey } from '../../src/domain/model/model-places.js';
import type { InteractionType, ViewerEvent } from '../../src/domain/viewer/viewer.js';
import { modelFromBlob } from '../../src/recommender/model-blob.js';
import { trainAsOrdered } from '../../src/training/trainers.js';
import { trainWorker } from '../../src/workers/train.js';
import { did } from '../contracts/readers/interactions.js';
import { viewsOn } from '../contracts/readers/views-under-test.js';
import { recorded } from '../kit/golden-events.js';
import { promotedModel, requestedModel, trainedModel } from '../kit/model-events.js';
import { createMemoryBlobs } from '../support/memory-blobs.js';
import { createMemoryViews } from '../support/memory-readers/index.js';

/** A log of these events alone, at the positions that they have in the views as well. */
const logOf = (events: readonly ViewerEvent[]) => {
  const log = recorded(events);
  return {
    decode: (stored: StoredEvent) => log.find(({ position }) => position === stored.position) as never,
    log: {
      async readAll({ after, limit }: { readonly after: string; readonly limit: number }) {
        const page = log.filter(({ position }) => position > after).slice(0, limit);
        return {
          events: page as unknown as StoredEvent[],
          position: page.at(-1)?.position ?? after,
        };
      },
    },
  };
};

const never = new AbortController().signal;
const contextFor = (told: Command[] = [], signal = never): WorkerContext =>
  ({
    ...{ signal, logger: silentLogger, now: () => '2026-11-22T09:00:00.000Z' },
    report: async (commands: readonly Command[]) => void told.push(...commands),
  }) as unknown as WorkerContext;

let blobs: ReturnType<typeof createMemoryBlobs>;
beforeEach(() => {
  blobs = createMemoryBlobs();
});

/** A worker of views that know these events, which stand at the position of the last one, and of a log that holds them. */
async function workerOf(
  events: readonly ViewerEvent[],
  options: { readonly checkpointEvents?: number } = {},
) {
  const views = viewsOn(createMemoryViews());
  await views.tell(events);
  const position = events.length === 0 ? START : positionAt(events.length);
  const { viewerActivity, models } = views.readers;
  const worker = trainWorker({
    ...{ blobs, models, waiter: { waitFor: async () => {} }, pageEvents: 7, ...options, ...logOf(events) },
    historyOf: () => expect.unreachable(),
    viewerActivity: {
      everything: async (onPage) => {
        await viewerActivity.everything(onPage);
        return { position };
      },
    },
    trainer: { train: async (order) => trainAsOrdered(order) },
  });
  const train = (
    modelId: string,
    source: 'views' | 'history',
    upTo: string | null = null,
    told?: Command[],
    after?: string,
  ) =>
    worker.run(
      {
        ...{ modelId, name: 'recommender', source, upTo, isEvaluated: false, position },
        ...(after !== undefined && { after }),
      },
      contextFor(told),
    );
  return { views, train, position, worker };
}

const anyDoing: fc.Arbitrary<ViewerEvent> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('v1', 'v2')
      .map((userId): ViewerEvent => ({ type: 'ViewerForgotten', data: { userId } })),
  },
  {
    weight: 15,
    arbitrary: fc
      .record({
        userId: fc.constantFrom('v1', 'v2', 'v3', 'v4', 'v5'),
        mediaId: fc.constantFrom('a', 'b', 'c', 'd'),
        type: fc.constantFrom<InteractionType>('play', 'complete', 'like', 'dislike', 'progress', 'rate'),
        value: fc.double({ min: 0, max: 1, noNaN: true }),
        day: fc.integer({ min: 10, max: 20 }),
      })
      .map(({ userId, mediaId, type, value, day }) =>
        did(userId, type, mediaId, {
          value: type === 'rate' ? value * 5 : type === 'progress' ? value : null,
          at: `2026-11-${day}T09:00:00.000Z`,
        }),
      ),
  },
);

const toldIn = ([command]: readonly Command<string, unknown>[]): ModelDataOf<'ModelTrained'> => {
  if (!command) return expect.unreachable();
  return command.data as ModelDataOf<'ModelTrained'>;
};
const hashIn = (commands: readonly Command<string, unknown>[]): string => toldIn(commands).sha256;

const crowd = Array.from({ length: 20 }, (_, index) => [
  ...[did(`u${index}`, 'like', 'a'), did(`u${index}`, 'play', index % 2 === 0 ? 'b' : 'c')],
]).flat();

describe('training', () => {
  test('of history gives the very model that training of the views gives, whatever was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDoing, { maxLength: 60 }), async (events) => {
        blobs = createMemoryBlobs();
        const { train, position } = await workerOf(events);
        const live = await train('live', 'views');
        const replayed = await train('replayed', 'history', position);
        expect(hashIn(replayed)).toBe(hashIn(live));
        expect(toldIn(replayed).learnt).toEqual(toldIn(live).learnt);
      }),
      { numRuns: 60 },
    );
  });

  test('of history up to a position gives the model that there was then', async () => {
    const then = await workerOf(crowd.slice(0, 25));
    const live = await then.train('live', 'views');
    const now = await workerOf(crowd);
    expect(hashIn(await now.train('replayed', 'history', positionAt(25)))).toBe(hashIn(live));
    expect(hashIn(await now.train('another', 'views'))).not.toBe(hashIn(live));
  });

  test('of history after a position knows nothing of what was done until then, and says so', async () => {
    const all = await workerOf(crowd);
    const since = await all.train('since', 'history', null, undefined, positionAt(30));
    const alone = await workerOf(crowd.slice(30));
    const live = toldIn(await alone.train('live', 'views'));
    expect(toldIn(since)).toMatchObject({
      learnt: { ...live.learnt, items: expect.any(Number) },
      version: { position: all.position, after: positionAt(30) },
    });
    expect(toldIn(await all.train('whole', 'history')).version).not.toHaveProperty('after');
  });

  test('keeps the model, and tells what it has learnt of', async () => {
    const { train, position } = await workerOf([...crowd, did('u1', 'dislike', 'd')]);
    const [command] = await train('m1', 'views');
    expect(command).toMatchObject({
      type: 'RecordModel',
      data: {
        ...{ modelId: 'm1', blobKey: modelKey('m1') },
        learnt: { viewers: 20, items: 3, interactions: 40, doings: 41 },
        ...{ version: { position, code: '1', seed: 1 }, evaluation: null },
      },
    });
    const bytes = (await (await blobs.read(modelKey('m1'))).toArray())[0] as Uint8Array;
    expect(modelFromBlob(bytes).itemIds).toEqual(['a', 'b', 'c']);
    expect(command?.data).toMatchObject({ sizeBytes: bytes.length });
  });

  test.each([
    ['nothing', [], false],
    ['one interaction', [did('u1', 'like', 'a')], false],
    ['what nobody shares', [did('u1', 'like', 'a'), did('u2', 'like', 'b')], false],
    ['one item', [did('u1', 'like', 'a'), did('u2', 'like', 'a')], false],
    [
      'two people who care for the same two',
      ['u1', 'u2'].flatMap((who) => [did(who, 'like', 'a'), did(who, 'like', 'b')]),
      true,
    ],
  ])('of %s gives a model that says whether it may be used', async (_, events, isUsable) => {
    const { train } = await workerOf(events);
    expect(toldIn(await train('m1', 'views')).withheld?.code).toBe(
      isUsable ? undefined : 'too_little_activity',
    );
  });

  test('of history that is cut off goes on where it was, and ends in the same model', async () => {
    const { train, worker, position } = await workerOf(crowd, { checkpointEvents: 10 });
    const stop = new AbortController();
    const told: Command[] = [];
    const cutOff = {
      ...contextFor(told, stop.signal),
      report: async (commands: readonly Command[]) => {
        told.push(...commands);
        stop.abort(new Error('killed'));
      },
    };
    const payload = { name: 'recommender', source: 'history', upTo: null, isEvaluated: false } as const;
    await expect(worker.run({ modelId: 'm1', ...payload, position }, cutOff)).rejects.toThrow('killed');
    expect(told).toEqual([
      { type: 'RecordModelHistoryRead', data: { modelId: 'm1', events: 14, position: positionAt(14) } },
    ]);
    const goneOn: Command[] = [];
    const replayed = await train('m1', 'history', null, goneOn);
    // From the 14 on: pages are of seven events, checkpoints after ten.
    expect(goneOn.map(({ data }) => (data as { events: number }).events)).toEqual([28, 40]);
    expect(hashIn(replayed)).toBe(hashIn(await train('live', 'views')));
  });

  test('of history begins anew where what was kept of it cannot be read', async () => {
    const { train } = await workerOf(crowd);
    await blobs.put(modelReadingKey('m1'), new Uint8Array(9));
    expect(hashIn(await train('m1', 'history'))).toBe(hashIn(await train('live', 'views')));
  });

  test.each([
    ['was ordered by itself', 'activity', true],
    ['somebody asked for', 'asked', undefined],
  ] as const)(
    'a model that %s, while people went back to another one, waits: %s, %s',
    async (_, reason, waits) => {
      const { views, train } = await workerOf([]);
      await views.tell([requestedModel('old'), trainedModel('old'), promotedModel('old')]);
      await views.tell([requestedModel('bad'), trainedModel('bad'), promotedModel('bad')]);
      await views.tell([requestedModel('m1', { reason })]);
      const recorded = async () => {
        const [recording] = await train('m1', 'views');
        return (recording?.data as { readonly waits?: true } | undefined)?.waits;
      };
      expect(await recorded()).toBeUndefined();
      await views.tell([promotedModel('old', { reason: 'rolled-back', isAutomatic: false })]);
      expect(await recorded()).toBe(waits);
    },
  );

  test('retires models that newer ones have taken the place of, and removes the bytes of what was retired before', async () => {
    const { train, views } = await workerOf(crowd);
    const old = Array.from({ length: 8 }, (_, index) => `old-${index}`);
    for (const id of old) {
      await views.tell([requestedModel(id), trainedModel(id), promotedModel(id)]);
      await blobs.put(modelKey(id), new Uint8Array(1));
    }
    const keysNow = async () => {
      const keys: string[] = [];
      for await (const { key } of blobs.list('models')) keys.push(key);
      return keys;
    };
    await blobs.put(modelReadingKey('old-7'), new Uint8Array(1));
    const [, ...retirements] = await train('m1', 'views');
    expect(retirements).toEqual(
      ['old-1', 'old-0'].map((modelId) => ({ type: 'RetireModel', data: { modelId } })),
    );
    expect(await keysNow()).toEqual([modelKey('m1'), ...old.map(modelKey)]);
    await views.tell([{ type: 'ModelRetired', data: { modelId: 'old-0' } }]);
    await train('m2', 'views');
    expect(await keysNow()).not.toContain(modelKey('old-0'));
    expect(await keysNow()).toContain(modelKey('old-1'));
  });
});
