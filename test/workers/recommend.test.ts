import { beforeEach, describe, expect, test } from 'vitest';
import { unavailable } from '../../src/core/errors.js';
import { positionAt } from '../../src/core/numbered-position.js';
import type { PositionWaiter } from '../../src/core/projection-store.js';
import type { WorkerContext } from '../../src/core/worker.js';
import { recommendWorker } from '../../src/workers/recommend.js';
import { did } from '../contracts/readers/interactions.js';
import { publishedItem } from '../contracts/readers/item-events.js';
import { type ViewsUnderTest, viewsOn } from '../contracts/readers/views-under-test.js';
import { createMemoryViews } from '../support/memory-readers/index.js';

const position = positionAt(42);
const signal = new AbortController().signal;
let views: ViewsUnderTest;
beforeEach(() => {
  views = viewsOn(createMemoryViews());
});

const recommend = (waitFor: PositionWaiter['waitFor'], more: { readonly position?: string } = { position }) =>
  recommendWorker({ ...views.readers, waiter: { waitFor } }).run(
    { requestId: 'r1', userId: 'me', genre: null, limit: 5, ...more },
    { signal } as WorkerContext,
  );
const nothing = async () => {};

describe('the worker of recommendations', () => {
  test('ranks what is published and not seen by what people like the viewer watched', async () => {
    await views.tell(['seen', 'near', 'far'].flatMap((id) => publishedItem(id, { title: id, tags: [] })));
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
      await views.tell(publishedItem('m1'));
    });
    expect(command?.data).toMatchObject({ items: [{ mediaId: 'm1' }] });
  });

  test('makes no list while the views are behind', async () => {
    const behind = unavailable('view_behind', 'Later.');
    await expect(recommend(() => Promise.reject(behind))).rejects.toBe(behind);
  });

  test('waits for nothing where the request does not say when it was made', async () => {
    await views.tell(publishedItem('m1'));
    const [command] = await recommend(() => Promise.reject(new Error('waited')), {});
    expect(command?.data).toMatchObject({ items: [{ mediaId: 'm1' }] });
  });
});
