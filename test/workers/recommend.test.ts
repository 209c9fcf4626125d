import { beforeEach, describe, expect, test } from 'vitest';
import { unavailable } from '../../src/core/errors.js';
import { positionAt } from '../../src/core/numbered-position.js';
import type { PositionWaiter } from '../../src/core/projection-store.js';
import type { WorkerContext } from '../../src/core/worker.js';
import type { JobPayload } from '../../src/domain/jobs.js';
import type { RecommendationEvent } from '../../src/domain/recommendation/recommendation.js';
import { recommendWorker } from '../../src/workers/recommend.js';
import { did } from '../contracts/readers/interactions.js';
import { ofItem, publishedItem } from '../contracts/readers/item-events.js';
import { type ViewsUnderTest, viewsOn } from '../contracts/readers/views-under-test.js';
import { createMemoryViews } from '../support/memory-readers/index.js';

const position = positionAt(42);
const signal = new AbortController().signal;
let views: ViewsUnderTest;
beforeEach(() => {
  views = viewsOn(createMemoryViews());
});

const recommend = (
  waitFor: PositionWaiter['waitFor'],
  more: Partial<JobPayload<'recommend'>> = { position },
) =>
  recommendWorker({ ...views.readers, waiter: { waitFor } }).run(
    { requestId: 'r1', userId: 'me', genre: null, limit: 5, ...more },
    { signal } as WorkerContext,
  );
const nothing = async () => {};

describe('the worker of recommendations', () => {
  test('ranks what is published and not seen by what people like the viewer watched', async () => {
    await views.tell(
      ['seen', 'near', 'far'].flatMap((id) => publishedItem(id, { title: id, tags: [] }, 'video')),
    );
    await views.tell([did('me', 'like', 'seen'), did('other', 'like', 'seen'), did('other', 'like', 'near')]);
    const [command] = await recommend(nothing);
    expect(command).toMatchObject({
      type: 'RecordRecommendation',
      data: {
        ...{ requestId: 'r1', userId: 'me' },
        items: [
          { mediaId: 'near', reason: 'Watched by people like you', because: 'seen' },
          { mediaId: 'far', reason: 'New to you' },
        ],
      },
    });
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
