import { describe, expect, test } from 'vitest';
import type { ListType } from '../../../src/core/list-type.js';
import type { InteractionType } from '../../../src/domain/viewer/viewer.js';
import { mediaId } from '../../kit/media-fixtures.js';
import { did } from './interactions.js';
import { ofItem, publishedItem, uploadedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const DAY = 24;

export function trendingReading(views: () => ViewsUnderTest): void {
  /** Interest fades as time goes by, so it has to be told of as it would be: when it happens. */
  async function happened(type: InteractionType, id: string, hoursAgo = 0, userId = 'u1') {
    const at = new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
    await views().tell([did(userId, type, id, { at })], at);
  }
  const highest = (limit = 10, type: ListType = 'any') => views().readers.trending.highest(type, limit);
  const idsOf = async (asked: ReturnType<typeof highest>) => (await asked).map((item) => item.mediaId);

  describe('trending', () => {
    test('a play just now is worth 1, and half of it is left after a day', async () => {
      await views().tell([
        ...publishedItem('m1', { title: 'One' }),
        ...publishedItem('m2', { title: 'Two' }),
      ]);
      await happened('play', 'm2', DAY);
      await happened('play', 'm1');
      const [first, second] = await highest();
      expect([first, second]).toMatchObject([
        { mediaId: 'm1', title: 'One' },
        { mediaId: 'm2', title: 'Two' },
      ]);
      expect(first?.score).toBeCloseTo(1, 2);
      expect(second?.score).toBeCloseTo(0.5, 2);
    });

    test('interest adds up over days, and what is liked now is ahead of what was liked much', async () => {
      await views().tell([...publishedItem('m1'), ...publishedItem('m2')]);
      for (const hoursAgo of [3 * DAY, 3 * DAY, 3 * DAY]) await happened('like', 'm1', hoursAgo);
      await happened('like', 'm2');
      expect(await idsOf(highest())).toEqual(['m2', 'm1']);
      await happened('like', 'm1');
      expect(await idsOf(highest())).toEqual(['m1', 'm2']);
    });

    test('what was watched a long time ago, or is disliked, is of no interest', async () => {
      await views().tell(['m1', 'm2', 'm3'].flatMap((id) => publishedItem(id)));
      await happened('play', 'm1', 15 * DAY);
      await happened('play', 'm2', 40 * DAY);
      await happened('dislike', 'm3');
      expect(await highest()).toEqual([]);
    });

    test('only what is published is shown, and no more than is asked for', async () => {
      await views().tell([...uploadedItem('m1'), ...publishedItem('m2'), ...publishedItem('m3')]);
      for (const id of ['m1', 'm1', 'm2', 'm2', 'm3']) await happened('play', id);
      expect(await idsOf(highest())).toEqual(['m2', 'm3']);
      expect(await idsOf(highest(1))).toEqual(['m2']);
      await views().tell(ofItem('m2', { type: 'MediaDeleted', data: { mediaId } }));
      expect(await idsOf(highest())).toEqual(['m3']);
    });

    test('a viewer is shown what they have done nothing with', async () => {
      await views().tell(['m1', 'm2', 'm3'].flatMap((id) => publishedItem(id)));
      for (const id of ['m1', 'm1', 'm2', 'm2', 'm2', 'm3']) await happened('play', id, 0, 'u2');
      await happened('progress', 'm2', 30 * DAY, 'u1');
      const unseen = (userId: string, limit = 10) =>
        idsOf(views().readers.trending.highestUnseen(userId, 'any', limit));
      expect(await unseen('u1')).toEqual(['m1', 'm3']);
      expect(await unseen('u1', 1)).toEqual(['m1']);
      expect(await unseen('u2')).toEqual([]);
      expect(await unseen('u3')).toEqual(['m2', 'm1', 'm3']);
    });

    test('a list of a kind has this kind alone, and all of it, whatever else is ahead', async () => {
      await views().tell([
        ...publishedItem('film', {}, 'video'),
        ...publishedItem('song', {}, 'audio'),
        ...publishedItem('photo', {}, 'image'),
      ]);
      for (const id of ['photo', 'photo', 'photo', 'song', 'song', 'film']) await happened('play', id);
      expect(await idsOf(highest(10, 'video'))).toEqual(['film']);
      expect(await idsOf(highest(10, 'audio'))).toEqual(['song']);
      expect(await highest(1, 'image')).toMatchObject([{ mediaId: 'photo', type: 'image' }]);
      expect(await idsOf(highest())).toEqual(['photo', 'song', 'film']);
      await happened('progress', 'song', 0, 'u9');
      const unseen = (type: ListType) => idsOf(views().readers.trending.highestUnseen('u9', type, 10));
      expect([await unseen('audio'), await unseen('video')]).toEqual([[], ['film']]);
    });
  });
}
