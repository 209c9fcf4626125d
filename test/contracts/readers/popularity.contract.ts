import { describe, expect, test } from 'vitest';
import type { ListType } from '../../../src/core/list-type.js';
import { mediaId, model } from '../../kit/media-fixtures.js';
import { did } from './interactions.js';
import { ofItem, publishedItem, uploadedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

export function popularityReading(views: () => ViewsUnderTest): void {
  const mostPopular = (limit = 10, type: ListType = 'any') =>
    views().readers.popularity.mostPopular(type, limit);

  describe('popularity', () => {
    test('what is published comes with its tags and how many care for it, the most popular first, then the newest', async () => {
      await views().tell(publishedItem('quiet', { tags: ['given'] }));
      await views().tell(
        ofItem('quiet', {
          type: 'TagsGenerated',
          data: { mediaId, model, tags: [{ label: 'seen', confidence: 0.9, appearances: [] }] },
        }),
      );
      for (const id of ['disliked', 'hit', 'liked', 'new']) await views().tell(publishedItem(id));
      await views().tell([did('u1', 'like', 'liked'), did('u1', 'dislike', 'disliked')]);
      await views().tell([did('u1', 'like', 'hit'), did('u2', 'like', 'hit'), did('u1', 'like', 'gone')]);
      const popular = await mostPopular();
      expect(popular.map((item) => item.mediaId)).toEqual(['hit', 'liked', 'new', 'disliked', 'quiet']);
      expect(popular.map(({ people }) => people)).toEqual([2, 1, 0, 0, 0]);
      expect(popular.at(-1)).toEqual({
        ...{ mediaId: 'quiet', type: null, tags: ['given', 'seen'], people: 0 },
        publishedAt: expect.stringMatching(/Z$/),
      });
    });

    test('people are counted, not how often they came back, and not those who did not like it', async () => {
      await views().tell([
        ...publishedItem('m1'),
        did('u1', 'dislike', 'm1'),
        did('u2', 'progress', 'm1', { value: 0 }),
      ]);
      expect(await mostPopular()).toMatchObject([{ people: 0 }]);
      await views().tell([did('u3', 'play', 'm1'), did('u3', 'play', 'm1'), did('u3', 'like', 'm1')]);
      await views().tell([did('u4', 'play', 'm1'), did('u1', 'play', 'm1')]);
      expect(await mostPopular()).toMatchObject([{ people: 2 }]);
    });

    test('how it stands with a type changes with what is published of it, and of these items those are told that are', async () => {
      await views().tell([...publishedItem('film', {}, 'video'), ...uploadedItem('raw')]);
      const standing = (type: ListType) => views().readers.popularity.standing(type);
      const [videos, songs] = [await standing('video'), await standing('audio')];
      await views().tell([did('u1', 'like', 'film'), ...publishedItem('song', {}, 'audio')]);
      expect(await standing('video')).toBe(videos);
      expect(await standing('audio')).not.toBe(songs);
      await views().tell(ofItem('film', { type: 'MediaDeleted', data: { mediaId } }));
      expect(await standing('video')).not.toBe(videos);
      const published = await views().readers.popularity.published(['film', 'song', 'raw', 'nothing']);
      expect(published).toEqual(['song']);
    });

    test('what is published is described by its title and tags, what is not is not', async () => {
      await views().tell([
        ...publishedItem('film', { title: 'The Sea', tags: ['sea'] }, 'video'),
        ...uploadedItem('raw'),
      ]);
      expect(await views().readers.popularity.describedOf(['raw', 'film', 'nothing'])).toEqual([
        { mediaId: 'film', title: 'The Sea', tags: ['sea'] },
      ]);
    });

    test('what may not be shown is left out, and no more comes than is asked for', async () => {
      await views().tell([...uploadedItem('m1'), ...publishedItem('m2'), ...publishedItem('m3')]);
      await views().tell([did('u1', 'like', 'm1'), did('u1', 'like', 'm2')]);
      expect((await mostPopular()).map((item) => item.mediaId)).toEqual(['m2', 'm3']);
      expect((await mostPopular(1)).map((item) => item.mediaId)).toEqual(['m2']);
    });

    test('of a kind only its own come, popular or not', async () => {
      for (const id of ['old-song', 'song']) await views().tell(publishedItem(id, {}, 'audio'));
      await views().tell([...publishedItem('film', {}, 'video'), did('u1', 'like', 'film')]);
      await views().tell([did('u1', 'like', 'old-song')]);
      expect((await mostPopular(10, 'audio')).map(({ mediaId: id }) => id)).toEqual(['old-song', 'song']);
      expect(await mostPopular(10, 'video')).toMatchObject([{ mediaId: 'film', type: 'video' }]);
      expect(await mostPopular(10, 'image')).toEqual([]);
    });
  });
}
