import { describe, expect, test } from 'vitest';
import type { TasteBounds } from '../../../src/core/readers/viewer-activity.js';
import type { ViewerEvent } from '../../../src/domain/viewer/viewer.js';
import { did } from './interactions.js';
import { publishedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const WIDE: TasteBounds = { coWatchers: 100, watchersAnItem: 100, tastesAViewer: 100 };
const on = (day: number) => `2026-11-${String(day).padStart(2, '0')}T09:00:00.000Z`;

export function viewerActivityReading(views: () => ViewsUnderTest): void {
  const tastes = (userId: string, bounds: Partial<TasteBounds> = {}) =>
    views().readers.viewerActivity.tastesAround(userId, { ...WIDE, ...bounds });
  async function itemsByViewer(...asked: Parameters<typeof tastes>) {
    const byViewer = Map.groupBy(await tastes(...asked), ({ userId }) => userId);
    return Object.fromEntries(
      [...byViewer].map(([userId, all]) => [userId, all.map(({ mediaId }) => mediaId).toSorted()]),
    );
  }

  describe('viewer activity', () => {
    test.each<[string, ViewerEvent[], number]>([
      ['a play', [did('me', 'play', 'm1')], 0.3],
      ['plays, of which three count', Array.from({ length: 5 }, () => did('me', 'play', 'm1')), 0.9],
      ['an ending', [did('me', 'complete', 'm1')], 1],
      ['a like', [did('me', 'like', 'm1')], 1.5],
      ['a dislike', [did('me', 'dislike', 'm1')], -2],
      ['half of it watched', [did('me', 'progress', 'm1', { value: 0.5 })], 0.25],
      ['the highest rating', [did('me', 'rate', 'm1', { value: 5 })], 1.5],
      ['the lowest rating', [did('me', 'rate', 'm1', { value: 0 })], -1.5],
      ['all that was done', [did('me', 'play', 'm1'), did('me', 'like', 'm1')], 1.8],
    ])('a taste weighs %s', async (_, events, weight) => {
      await views().tell(events);
      expect(await tastes('me')).toEqual([
        { userId: 'me', mediaId: 'm1', weight: expect.closeTo(weight, 6) },
      ]);
    });

    test('what a viewer cares for is added up by kind, of the newest items alone', async () => {
      await views().tell([
        ...publishedItem('film', {}, 'video'),
        ...publishedItem('song', {}, 'audio'),
        ...publishedItem('hit', {}, 'audio'),
        ...publishedItem('photo', {}, 'image'),
        ...publishedItem('old'),
        did('me', 'like', 'film', { at: on(1) }),
        did('me', 'play', 'song', { at: on(2) }),
        did('me', 'like', 'hit', { at: on(3) }),
        did('me', 'dislike', 'photo', { at: on(4) }),
        did('me', 'like', 'old', { at: on(5) }),
      ]);
      const interest = async (items: number) => {
        const found = await views().readers.viewerActivity.interestByKind('me', items);
        return Object.fromEntries(found.map(({ kind, weight }) => [kind, weight]));
      };
      expect(await interest(10)).toEqual({ video: 1.5, audio: expect.closeTo(1.8, 6) });
      expect(await interest(3)).toEqual({ audio: 1.5 });
      expect(await views().readers.viewerActivity.interestByKind('nobody', 10)).toEqual([]);
    });

    test('tastes are those of a viewer, and of all who have seen something of the same', async () => {
      await views().tell([did('me', 'play', 'a'), did('near', 'play', 'a'), did('near', 'like', 'b')]);
      await views().tell([did('far', 'play', 'b')]);
      expect(await itemsByViewer('me')).toEqual({ me: ['a'], near: ['a', 'b'] });
      expect(await tastes('nobody')).toEqual([]);
    });

    test('of co-watchers those come who share the most, and no more than are asked for', async () => {
      await views().tell(['a', 'b', 'c'].map((id) => did('me', 'play', id)));
      await views().tell(['a', 'b', 'c'].map((id) => did('twin', 'play', id)));
      await views().tell([did('friend', 'play', 'a'), did('friend', 'play', 'b'), did('other', 'play', 'c')]);
      expect(Object.keys(await itemsByViewer('me', { coWatchers: 2 })).toSorted()).toEqual([
        ...['friend', 'me', 'twin'],
      ]);
    });

    test('of the viewers of a very popular item a part is read, the same people whatever item it is', async () => {
      const crowd = Array.from({ length: 100 }, (_, index) => `crowd-${index}`);
      await views().tell(
        ['hit-1', 'hit-2'].flatMap((hit) => ['fan', ...crowd].map((userId) => did(userId, 'play', hit))),
      );
      const { fan, ...others } = await itemsByViewer('fan', { watchersAnItem: 10 });
      expect(fan).toEqual(['hit-1', 'hit-2']);
      expect(Object.keys(others)).toHaveLength(10);
      expect(new Set(Object.values(others).map(String))).toEqual(new Set(['hit-1,hit-2']));
    });

    test('of a co-watcher what is shared is read first and then what is newest, of oneself everything', async () => {
      await views().tell([1, 2, 3, 4, 5].map((day) => did('me', 'play', `mine-${day}`, { at: on(day) })));
      await views().tell([did('other', 'play', 'mine-5', { at: on(1) })]);
      await views().tell([6, 7, 8, 9].map((day) => did('other', 'play', `new-${day}`, { at: on(day) })));
      expect(await itemsByViewer('me', { tastesAViewer: 3 })).toEqual({
        me: ['mine-1', 'mine-2', 'mine-3', 'mine-4', 'mine-5'],
        other: ['mine-5', 'new-8', 'new-9'],
      });
    });

    test('who shares only what a viewer saw long ago is no co-watcher', async () => {
      await views().tell([1, 2, 3].map((day) => did('me', 'play', `mine-${day}`, { at: on(day) })));
      await views().tell([did('old', 'play', 'mine-1'), did('new', 'play', 'mine-3')]);
      expect(Object.keys(await itemsByViewer('me', { tastesAViewer: 2 })).toSorted()).toEqual(['me', 'new']);
    });
  });
}
