import { describe, expect, test } from 'vitest';
import type { DoingsOfSomebody } from '../../../src/core/readers/viewer-activity.js';
import { NOTHING_DONE, tasteOf } from '../../../src/core/viewer-taste.js';
import type { ViewerEvent } from '../../../src/domain/viewer/viewer.js';
import { did } from './interactions.js';
import { publishedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const on = (day: number) => `2026-11-${String(day).padStart(2, '0')}T09:00:00.000Z`;

export function viewerActivityReading(views: () => ViewsUnderTest): void {
  async function everything() {
    const all: DoingsOfSomebody[] = [];
    await views().readers.viewerActivity.everything((page) => all.push(...page));
    return all.toSorted((a, b) => (`${a.userId} ${a.mediaId}` < `${b.userId} ${b.mediaId}` ? -1 : 1));
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
      const [doings, ...others] = await views().readers.viewerActivity.doingsOf('me');
      expect([doings?.mediaId, others]).toEqual(['m1', []]);
      expect(doings && tasteOf(doings)).toBeCloseTo(weight, 6);
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

    test('what is told late does not undo what was done later', async () => {
      await views().tell([
        did('me', 'rate', 'm1', { value: 1, at: on(3) }),
        did('me', 'rate', 'm1', { value: 5, at: on(2) }),
        did('me', 'progress', 'm1', { value: 0.9, at: on(3) }),
        did('me', 'progress', 'm1', { value: 0.1, at: on(1) }),
      ]);
      expect(await views().readers.viewerActivity.doingsOf('me')).toMatchObject([
        { rating: 1, progress: 0.9 },
      ]);
    });

    test('everything is what everybody did, without who is forgotten', async () => {
      expect(await everything()).toEqual([]);
      await views().tell([did('me', 'play', 'a'), did('me', 'play', 'a'), did('near', 'like', 'b')]);
      await views().tell([did('gone', 'like', 'b'), did('gone', 'play', 'c')]);
      expect(await views().readers.viewerActivity.size()).toBe(4);
      await views().tell([{ type: 'ViewerForgotten', data: { userId: 'gone' } }]);
      expect(await everything()).toEqual([
        { ...NOTHING_DONE, userId: 'me', mediaId: 'a', plays: 2 },
        { ...NOTHING_DONE, userId: 'near', mediaId: 'b', likes: 1 },
      ]);
      expect(await views().readers.viewerActivity.size()).toBe(2);
    });

    test('everything comes in pages, however much it is, until the signal fires', async () => {
      await views().tell(Array.from({ length: 6_000 }, (_, index) => did(`u${index}`, 'play', 'a')));
      expect(new Set((await everything()).map(({ userId }) => userId)).size).toBe(6_000);
      const stop = AbortSignal.abort(new Error('stop'));
      await expect(views().readers.viewerActivity.everything(() => {}, stop)).rejects.toThrow('stop');
    });
  });
}
