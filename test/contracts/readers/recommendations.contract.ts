import { describe, expect, test } from 'vitest';
import type { ListType } from '../../../src/core/list-type.js';
import { positionAt } from '../../../src/core/numbered-position.js';
import type { ListAsked } from '../../../src/core/readers/recommendations.js';
import type { RecommendationEvent } from '../../../src/domain/recommendation/recommendation.js';
import { mediaId } from '../../kit/media-fixtures.js';
import { did } from './interactions.js';
import { ofItem, publishedItem, uploadedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const ranking = { name: 'co-watch', version: '1' };
const requested = (requestId: string, userId = 'u1'): RecommendationEvent => ({
  type: 'RecommendationRequested',
  data: { requestId, userId, genre: null, limit: 5 },
});
const generated = (requestId: string, ids: readonly string[], userId = 'u1'): RecommendationEvent => ({
  type: 'RecommendationGenerated',
  data: {
    ...{ requestId, userId, ranking },
    items: ids.map((id, index) => ({ mediaId: id, score: 1 / (index + 1), reason: `Because ${id}` })),
  },
});
const failure = { code: 'view_behind', message: 'Later.' };
const retryAt = '2026-11-21T10:00:00.000Z';
const attemptFailed: RecommendationEvent = {
  type: 'RecommendationAttemptFailed',
  data: { requestId: 'r1', userId: 'u1', ...failure, attempt: 1, retryAt },
};
const failed: RecommendationEvent = {
  type: 'RecommendationFailed',
  data: { requestId: 'r1', userId: 'u1', ...failure },
};
const library = ['m1', 'm2', 'm3'].flatMap((id) => publishedItem(id, { title: `The ${id}` }));

export function recommendationsReading(views: () => ViewsUnderTest): void {
  const recommendations = () => views().readers.recommendations;
  const idsFor = async (userId: string) =>
    (await recommendations().newestList(userId, 'own'))?.items.map((item) => item.mediaId);

  describe('recommendations', () => {
    test("a viewer's list is the newest one, in its ranking, with a reason for every item", async () => {
      await views().tell([...library, generated('r1', ['m3']), generated('other', ['m1'], 'u2')]);
      await views().tell([generated('r2', ['m2', 'm1'])], '2026-11-21T12:00:00.000Z');
      expect(await recommendations().newestList('u1', 'own')).toEqual({
        ...{ requestId: 'r2', type: null, ranking, generatedAt: '2026-11-21T12:00:00.000Z' },
        items: [
          { mediaId: 'm2', title: 'The m2', type: null, score: 1, reason: 'Because m2', becauseTitle: null },
          {
            mediaId: 'm1',
            title: 'The m1',
            type: null,
            score: 0.5,
            reason: 'Because m1',
            becauseTitle: null,
          },
        ],
        names: expect.toSatisfy((names: string[]) => names.toSorted().join() === 'm1,m2'),
      });
    });

    test('the newest list of a type is that of its type, and the own one of those for which nobody named a type', async () => {
      const typed = (requestId: string, id: string, of: { type: ListType; isTypeChosen: boolean }) =>
        ({
          type: 'RecommendationGenerated',
          data: { ...generated(requestId, [id]).data, ...of },
        }) as RecommendationEvent;
      await views().tell([
        ...publishedItem('film', {}, 'video'),
        ...publishedItem('song', {}, 'audio'),
        ...publishedItem('other', {}, 'audio'),
        typed('r1', 'film', { type: 'video', isTypeChosen: true }),
        { ...requested('r2'), data: { ...requested('r2').data, type: 'audio' } } as RecommendationEvent,
      ]);
      expect(await recommendations().request('r2')).toMatchObject({ status: 'queued', type: 'audio' });
      await views().tell([typed('r2', 'song', { type: 'audio', isTypeChosen: false })]);
      const listed = (asked: ListAsked) => recommendations().newestList('u1', asked);
      expect(await listed('own')).toMatchObject({
        type: 'video',
        items: [{ mediaId: 'film', type: 'video' }],
      });
      expect(await listed('video')).toMatchObject({ requestId: 'r1' });
      expect(await listed('audio')).toMatchObject({
        type: 'audio',
        items: [{ mediaId: 'song' }],
        names: ['song'],
      });
      expect([await listed('image'), await listed('any')]).toEqual([undefined, undefined]);
      await views().tell([{ type: 'ViewerForgotten', data: { userId: 'u1' } }]);
      expect([await listed('own'), await listed('audio')]).toEqual([undefined, undefined]);
    });

    test('a list of a release that did not tell types is the own one, and that of all types', async () => {
      await views().tell([...library, generated('r1', ['m1'])]);
      expect(await recommendations().newestList('u1', 'any')).toMatchObject({ requestId: 'r1', type: null });
      expect(await recommendations().newestList('u1', 'video')).toBeUndefined();
    });

    test('a list names every item it was made with or because of, also those that may not be shown now', async () => {
      const items = [
        { mediaId: 'm1', score: 1, reason: 'Because', because: 'm2' },
        { mediaId: 'gone', score: 1, reason: 'Because', because: 'm2' },
      ];
      const list = generated('r1', []).data;
      await views().tell([
        ...library,
        { type: 'RecommendationGenerated', data: { ...list, items } } as RecommendationEvent,
        did('u1', 'play', 'm1'),
      ]);
      const { items: shown, names = [] } = (await recommendations().newestList('u1', 'own')) ?? {};
      expect(shown).toEqual([]);
      expect(names.toSorted()).toEqual(['gone', 'm1', 'm2']);
    });

    test('the item that says most for another is named while it may be shown', async () => {
      const items = [{ mediaId: 'm1', score: 1, reason: 'Because', because: 'm2' }];
      const list = generated('r1', []).data;
      await views().tell([
        ...library,
        { type: 'RecommendationGenerated', data: { ...list, items } } as RecommendationEvent,
      ]);
      const titles = async () =>
        (await recommendations().newestList('u1', 'own'))?.items.map(({ becauseTitle }) => becauseTitle);
      expect(await titles()).toEqual(['The m2']);
      await views().tell(ofItem('m2', { type: 'MediaDeleted', data: { mediaId } }));
      expect(await titles()).toEqual([null]);
    });

    test('of a viewer who is forgotten there is no list and no request, of others there are', async () => {
      await views().tell([...library, requested('r1'), generated('r1', ['m1']), requested('r2', 'u2')]);
      await views().tell([
        generated('r2', ['m1'], 'u2'),
        { type: 'ViewerForgotten', data: { userId: 'u1' } },
      ]);
      expect(await recommendations().newestList('u1', 'own')).toBeUndefined();
      expect(await recommendations().request('r1')).toBeUndefined();
      expect(await recommendations().request('r2')).toMatchObject({ userId: 'u2', status: 'done' });
      expect(await idsFor('u2')).toEqual(['m1']);
    });

    test('what may no longer be shown is gone from a list at once, and so is what was seen since', async () => {
      await views().tell([
        ...library,
        ...uploadedItem('m4'),
        generated('r1', ['m1', 'm2', 'm3', 'm4', 'm5']),
      ]);
      expect(await idsFor('u1')).toEqual(['m1', 'm2', 'm3']);
      await views().tell([did('u1', 'play', 'm1'), did('u2', 'play', 'm3')]);
      await views().tell(ofItem('m2', { type: 'MediaDeleted', data: { mediaId } }));
      expect(await idsFor('u1')).toEqual(['m3']);
    });

    test('a viewer for whom no list was made has none, and a request that nobody made is none', async () => {
      await views().tell([requested('r1')]);
      expect(await recommendations().newestList('u1', 'own')).toBeUndefined();
      expect(await recommendations().request('r2')).toBeUndefined();
    });

    test('a request is queued with what went wrong so far', async () => {
      await views().tell([requested('r1')], '2026-11-21T08:00:00.000Z');
      const queued = {
        ...{
          userId: 'u1',
          status: 'queued',
          type: null,
          items: [],
          ranking: null,
          failure: null,
          retryAt: null,
        },
        ...{ requestedAt: '2026-11-21T08:00:00.000Z', endedAt: null, position: null },
      };
      expect(await recommendations().request('r1')).toEqual(queued);
      await views().tell([attemptFailed]);
      expect(await recommendations().request('r1')).toEqual({ ...queued, failure, retryAt });
    });

    test('a request that failed for good tells why, when, and where in the log', async () => {
      await views().tell([requested('r1'), attemptFailed, failed]);
      expect(await recommendations().request('r1')).toMatchObject({
        ...{ status: 'failed', failure, retryAt: null, items: [] },
        ...{ endedAt: '2026-11-21T09:30:00.003Z', position: positionAt(3) },
      });
    });

    test('a request that was answered has its own list, whatever came after it', async () => {
      await views().tell([...library, requested('r1'), generated('r1', ['m3', 'm1']), requested('r2')]);
      const position = positionAt(library.length + 2);
      await views().tell([generated('r2', ['m2'])]);
      expect(await recommendations().request('r1')).toMatchObject({
        ...{ status: 'done', ranking, failure: null, position },
        items: [{ mediaId: 'm3' }, { mediaId: 'm1' }],
      });
    });
  });
}
