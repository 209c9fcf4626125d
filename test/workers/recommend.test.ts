import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { unavailable } from '../../src/core/errors.js';
import { silentLogger } from '../../src/core/logger.js';
import { positionAt } from '../../src/core/numbered-position.js';
import type { PositionWaiter } from '../../src/core/projection-store.js';
import type { WorkerContext } from '../../src/core/worker.js';
import type { JobPayload } from '../../src/domain/jobs.js';
import type { RecommendationEvent } from '../../src/domain/recommendation/recommendation.js';
import { trainAsOrdered } from '../../src/training/trainers.js';
import { RANKING_NAME, recommendWorker } from '../../src/workers/recommend.js';
import { trainWorker } from '../../src/workers/train.js';
import { did } from '../contracts/readers/interactions.js';
import { ofItem, publishedItem } from '../contracts/readers/item-events.js';
import { type ViewsUnderTest, viewsOn } from '../contracts/readers/views-under-test.js';
import { promotedModel, requestedModel } from '../kit/model-events.js';
import { createMemoryBlobs } from '../support/memory-blobs.js';
import { createMemoryViews } from '../support/memory-readers/index.js';

const position = positionAt(42);
const signal = new AbortController().signal;
const context = { signal, logger: silentLogger, now: () => '2026-11-22T09:00:00.000Z' } as WorkerContext;
const request = { requestId: 'r1', userId: 'me', genre: null, limit: 5 };
let views: ViewsUnderTest;
let blobs: ReturnType<typeof createMemoryBlobs>;
beforeEach(() => {
  views = viewsOn(createMemoryViews());
  blobs = createMemoryBlobs();
});

/** As the job does it. */
async function train(modelId: string): Promise<void> {
  const worker = trainWorker({
    ...{ ...views.readers, blobs, waiter: { waitFor: nothing } },
    ...{ log: { readAll: () => expect.unreachable() }, decode: () => expect.unreachable() },
    historyOf: () => expect.unreachable(),
    trainer: { train: async (order) => trainAsOrdered(order) },
  });
  const payload = { modelId, name: 'recommender', source: 'views', upTo: null, isEvaluated: false } as const;
  const [command] = await worker.run({ ...payload, position }, context);
  if (command?.type !== 'RecordModel') return expect.unreachable();
  await views.tell([requestedModel(modelId)]);
  await views.tell([{ type: 'ModelTrained', data: command.data as never }, promotedModel(modelId)]);
}

const idsOf = ([command]: Awaited<ReturnType<ReturnType<typeof recommendWorker>['run']>>): string[] => {
  if (!command) return expect.unreachable();
  const { items } = command.data as { readonly items: readonly { readonly mediaId: string }[] };
  return items.map(({ mediaId }) => mediaId);
};

const recommend = (
  waitFor: PositionWaiter['waitFor'],
  more: Partial<JobPayload<'recommend'>> = { position },
) => recommendWorker({ ...views.readers, blobs, waiter: { waitFor } }).run({ ...request, ...more }, context);
const nothing = async () => {};

describe('the worker of recommendations', () => {
  test('whose database goes away while it looks things up fails once, and leaves no failure that nobody hears', async () => {
    const away = () => Promise.reject(unavailable('database_unavailable', 'away'));
    const heard: unknown[] = [];
    const hear = (reason: unknown) => heard.push(reason);
    process.on('unhandledRejection', hear);
    try {
      const { viewerActivity } = views.readers;
      const worker = recommendWorker({
        ...{ ...views.readers, blobs, waiter: { waitFor: nothing }, models: { current: away } },
        viewerActivity: {
          ...viewerActivity,
          doingsOf: away,
          interestByKind: () => setImmediate().then(away),
        },
      });
      await expect(worker.run({ ...request, position }, context)).rejects.toThrow('away');
      await setImmediate();
    } finally {
      process.off('unhandledRejection', hear);
    }
    expect(heard).toEqual([]);
  });

  const ids = ['seen', 'near', 'far'];
  const itemsTold = () =>
    views.tell(ids.flatMap((id) => publishedItem(id, { title: id, tags: [] }, 'video')));

  test('ranks what is published and not seen by what people like the viewer watched, and names the model', async () => {
    await itemsTold();
    const peers = ['p1', 'p2', 'p3'];
    await views.tell(peers.flatMap((peer) => [did(peer, 'like', 'seen'), did(peer, 'play', 'near')]));
    await views.tell([did('me', 'like', 'seen')]);
    await train('m1');
    const [command] = await recommend(nothing);
    expect(command).toMatchObject({
      type: 'RecordRecommendation',
      data: {
        ...{ requestId: 'r1', userId: 'me', ranking: { name: RANKING_NAME, version: 'm1' } },
        items: [
          { mediaId: 'near', reason: 'Watched by people like you', because: 'seen' },
          { mediaId: 'far', reason: 'New to you' },
        ],
      },
    });
  });

  test('goes by tags and by how many people care where no model is trained, and says so', async () => {
    await itemsTold();
    await views.tell([did('me', 'like', 'seen'), did('other', 'like', 'near')]);
    const [command] = await recommend(nothing);
    expect(command?.data).toMatchObject({
      ranking: { version: 'untrained' },
      items: [
        { mediaId: 'near', reason: 'Popular now' },
        { mediaId: 'far', reason: 'New to you' },
      ],
    });
  });

  test('knows what was done since the model was trained, without training', async () => {
    await itemsTold();
    await views.tell(['p1', 'p2'].flatMap((peer) => [did(peer, 'like', 'seen'), did(peer, 'like', 'near')]));
    await train('m1');
    const worker = recommendWorker({ ...views.readers, blobs, waiter: { waitFor: nothing } });
    const listNow = async () => idsOf(await worker.run({ ...request, position }, context));
    expect(await listNow()).toHaveLength(3);
    await views.tell([did('me', 'like', 'seen')]);
    expect(await listNow()).toEqual(['near', 'far']);
    await views.tell([did('me', 'dislike', 'near')]);
    expect(await listNow()).toEqual(['far']);
  });

  test('shows nothing that was taken down since the catalogue was read, and makes up for it', async () => {
    await itemsTold();
    const worker = recommendWorker({ ...views.readers, blobs, waiter: { waitFor: nothing } });
    const listNow = async () => idsOf(await worker.run({ ...request, limit: 2, position }, context));
    expect(await listNow()).toHaveLength(2);
    await views.tell(ofItem('near', { type: 'MediaDeleted', data: { mediaId: 'near' } }));
    // The position is that of before: the catalogue at hand will do.
    expect((await listNow()).toSorted()).toEqual(['far', 'seen']);
  });

  test('tells what is tried on a viewer, and makes the list so', async () => {
    await itemsTold();
    const experiment = { name: 'autumn', shares: [{ variant: 'plain', part: 1 }] } as const;
    const worker = recommendWorker({ ...views.readers, blobs, experiment, waiter: { waitFor: nothing } });
    const [command] = await worker.run({ ...request, position }, context);
    expect(command?.data).toMatchObject({
      ranking: { experiment: { name: 'autumn', variant: 'plain' }, version: 'untrained' },
    });
    expect((await recommend(nothing))[0]?.data).not.toHaveProperty('ranking.experiment');
  });

  test('reads nothing before the views know what was told before the request', async () => {
    const [command] = await recommend(async (names, upTo, options) => {
      expect([...names].toSorted()).toEqual(['media-library', 'popularity', 'viewer-activity']);
      expect([upTo, options]).toEqual([position, { timeoutMilliseconds: 20_000, signal }]);
      await views.tell(publishedItem('m1', {}, 'video'));
    });
    expect(command?.data).toMatchObject({ items: [{ mediaId: 'm1' }] });
  });

  test('makes no list while the views are behind', async () => {
    const behind = unavailable('view_behind', 'Later.');
    await expect(recommend(() => Promise.reject(behind))).rejects.toBe(behind);
  });

  test('waits for nothing where the request does not say when it was made', async () => {
    await views.tell(publishedItem('m1', {}, 'video'));
    const [command] = await recommend(() => Promise.reject(new Error('waited')), {});
    expect(command?.data).toMatchObject({ items: [{ mediaId: 'm1' }] });
  });

  describe('the type of a list', () => {
    const listOf = async (type?: JobPayload<'recommend'>['type']) => {
      const [command] = await recommend(nothing, type ? { type } : {});
      if (!command) return expect.unreachable();
      const { items, ...data } = command.data as RecommendationEvent['data'] & {
        items: { mediaId: string }[];
      };
      return { ...data, ids: items.map(({ mediaId }) => mediaId) };
    };
    beforeEach(() =>
      views.tell([
        ...publishedItem('film', {}, 'video'),
        ...publishedItem('song', {}, 'audio'),
        ...publishedItem('other-song', {}, 'audio'),
        ...publishedItem('photo', {}, 'image'),
      ]),
    );

    test('is for newcomers that of videos, however popular all else is', async () => {
      await views.tell([did('others', 'like', 'song'), did('others', 'like', 'photo')]);
      expect(await listOf()).toMatchObject({ type: 'video', isTypeChosen: true, ids: ['film'] });
    });

    test('is what the viewer cares for most', async () => {
      await views.tell([did('me', 'play', 'film'), did('me', 'like', 'song')]);
      expect(await listOf()).toMatchObject({ type: 'audio', isTypeChosen: true, ids: ['other-song'] });
    });

    test('is what was asked for, also of somebody who cares for something else', async () => {
      await views.tell([did('me', 'like', 'song')]);
      expect(await listOf('image')).toMatchObject({ type: 'image', isTypeChosen: false, ids: ['photo'] });
      expect((await listOf('any')).ids.toSorted()).toEqual(['film', 'other-song', 'photo']);
    });

    test('is for newcomers to a place without videos what there is', async () => {
      await views.tell(ofItem('film', { type: 'MediaDeleted', data: { mediaId: 'film' } }));
      expect(await listOf()).toMatchObject({ type: 'audio', ids: ['other-song', 'song'] });
    });
  });
});
