import { describe, expect, test } from 'vitest';
import type { ListType } from '../../src/core/list-type.js';
import { positionAt } from '../../src/core/numbered-position.js';
import type { MediaFlowEvent } from '../../src/domain/index.js';
import type { InteractionType } from '../../src/domain/viewer/viewer.js';
import { popularity } from '../../src/projections/popularity.js';
import { recommendations } from '../../src/projections/recommendations.js';
import { trending } from '../../src/projections/trending.js';
import { viewerActivity } from '../../src/projections/viewer-activity.js';
import { rowsAfter } from '../kit/project-rows.js';

const occurredAt = '2026-11-21T09:59:59.999Z';
const did = (
  type: InteractionType,
  value: number | null = null,
  more: { userId?: string; mediaId?: string; occurredAt?: string } = {},
): MediaFlowEvent => ({
  type: 'InteractionRecorded',
  data: { userId: 'u1', mediaId: 'm1', type, value, occurredAt, ...more },
});

describe('viewer activity', () => {
  const activityAfter = (...events: MediaFlowEvent[]) => rowsAfter(viewerActivity, events).viewer_activity;
  const nothing = { plays: 0, completes: 0, likes: 0, dislikes: 0 };
  const row = { user_id: 'u1', media_id: 'm1', last_at: occurredAt, ...nothing };

  test.each<[string, MediaFlowEvent[], object]>([
    ['starts are counted', [did('play'), did('play')], { plays: 2 }],
    ['endings are counted', [did('complete')], { completes: 1 }],
    ['likes and dislikes are counted apart', [did('like'), did('dislike')], { likes: 1, dislikes: 1 }],
    [
      'progress is the last told',
      [did('progress', 0.9), did('progress', 0.2)],
      { progress: 0.2, progress_at: occurredAt },
    ],
    ['a rating is the last given', [did('rate', 2), did('rate', 5)], { rating: 5, rating_at: occurredAt }],
    [
      'what is told late leaves progress, rating and time as they are, and is counted',
      [
        did('progress', 0.9),
        did('rate', 5),
        did('progress', 0.2, { occurredAt: '2026-11-20T08:00:00.000Z' }),
        did('rate', 1, { occurredAt: '2026-11-20T08:00:00.000Z' }),
        did('play', null, { occurredAt: '2026-11-20T07:00:00.000Z' }),
      ],
      { plays: 1, progress: 0.9, progress_at: occurredAt, rating: 5, rating_at: occurredAt },
    ],
    [
      'progress is that of the newest progress, whatever else happened since',
      [did('like'), did('progress', 0.3, { occurredAt: '2026-11-20T08:00:00.000Z' })],
      { likes: 1, progress: 0.3, progress_at: '2026-11-20T08:00:00.000Z' },
    ],
  ])('%s', (_, events, expected) => {
    expect(activityAfter(...events)).toEqual([{ ...row, ...expected }]);
  });

  test('of a viewer who is forgotten nothing is left, of others everything', () => {
    const forgotten: MediaFlowEvent = { type: 'ViewerForgotten', data: { userId: 'u1' } };
    const others = did('play', null, { userId: 'u2' });
    expect(activityAfter(did('play'), did('like', null, { mediaId: 'm2' }), others, forgotten)).toEqual(
      activityAfter(others),
    );
    for (const view of [popularity, trending])
      expect(rowsAfter(view, [did('like'), forgotten])).toEqual(rowsAfter(view, [did('like')]));
  });

  test('viewers and items are told apart', () => {
    const rows = activityAfter(
      did('play'),
      did('play', null, { userId: 'u2' }),
      did('play', null, { mediaId: 'm2' }),
    );
    expect(rows?.map(({ user_id, media_id }) => [user_id, media_id])).toEqual([
      ['u1', 'm1'],
      ['u2', 'm1'],
      ['u1', 'm2'],
    ]);
  });
});

describe('trending', () => {
  const trendingAfter = (...events: MediaFlowEvent[]) => rowsAfter(trending, events).trending ?? [];
  const weightOf = (...events: MediaFlowEvent[]) =>
    trendingAfter(...events).reduce((sum, { weight }) => sum + Number(weight), 0);

  test('interest adds up by item', () => {
    const one = weightOf(did('play'));
    const many = [did('play'), did('complete'), did('like'), did('dislike'), did('rate', 3)];
    expect(trendingAfter(...many)).toHaveLength(1);
    expect(weightOf(...many) / one).toBeCloseTo(5, 3);
    expect(trendingAfter(did('play'), did('play', null, { mediaId: 'm2' }))).toHaveLength(2);
  });

  test('what happens a day later weighs twice as much, in whichever order it is told', () => {
    const earlier = did('play', null, { occurredAt: '2026-11-19T08:00:00.000Z' });
    const later = did('play', null, { occurredAt: '2026-11-20T08:00:00.000Z' });
    expect(weightOf(later) / weightOf(earlier)).toBeCloseTo(2, 3);
    expect(weightOf(later, earlier)).toBe(weightOf(earlier, later));
    expect(weightOf(later, earlier)).toBe(weightOf(earlier) + weightOf(later));
  });

  test('a clock that runs ahead makes nothing more interesting', () => {
    const ahead = did('play', null, { occurredAt: '2026-11-22T09:00:00.000Z' });
    expect(weightOf(ahead)).toBe(weightOf(did('play', null, { occurredAt: '2026-11-21T09:30:00.001Z' })));
  });

  test('progress says nothing new about interest', () => {
    expect(trendingAfter(did('progress', 0.5))).toEqual([]);
  });
});

describe('popularity', () => {
  const weightAfter = (...events: MediaFlowEvent[]) => rowsAfter(popularity, events).media_popularity;

  test.each<[string, MediaFlowEvent[], number]>([
    ['starts and endings add up', [did('play'), did('play'), did('complete')], 16],
    ['likes count for it and dislikes against it', [did('like'), did('dislike')], -5],
    ['a high rating counts for it', [did('rate', 5)], 15],
    ['a low rating counts against it', [did('rate', 1)], -9],
    ['progress says nothing that its end would not', [did('play'), did('progress', 0.5)], 3],
  ])('%s', (_, events, weight) => {
    expect(weightAfter(...events)).toEqual([{ media_id: 'm1', weight }]);
  });
});

describe('recommendations', () => {
  const generated = (
    requestId: string,
    userId = 'u1',
    of: { type?: ListType; isTypeChosen?: boolean } = { type: 'any', isTypeChosen: false },
  ): MediaFlowEvent => ({
    type: 'RecommendationGenerated',
    data: { requestId, userId, ranking: { name: 'n', version: '1' }, items: [], ...of },
  });
  const listsAfter = (...events: MediaFlowEvent[]) =>
    rowsAfter(recommendations, events)
      .recommendations?.map(({ list, request_id }) => `${list} ${request_id}`)
      .toSorted();

  test('every viewer has the newest list of each type, and of those for which nobody named one', () => {
    const chosen = { type: 'video', isTypeChosen: true } as const;
    expect(listsAfter(generated('r1', 'u1', chosen))).toEqual(['own r1', 'video r1']);
    expect(
      listsAfter(
        generated('r1', 'u1', chosen),
        generated('r2', 'u1', { type: 'audio', isTypeChosen: false }),
        generated('r3', 'u1', { type: 'video', isTypeChosen: false }),
      ),
    ).toEqual(['audio r2', 'own r1', 'video r3']);
  });

  test('a list that was made before types were told is the own one, and that of all types', () => {
    expect(listsAfter(generated('r1', 'u1', {}))).toEqual(['any r1', 'own r1']);
  });

  test('every viewer has their newest list', () => {
    const rows = rowsAfter(recommendations, [generated('r1'), generated('r2', 'u2'), generated('r3')]);
    expect(rows.recommendations?.map(({ user_id, request_id }) => [user_id, request_id])).toEqual([
      ['u2', 'r2'],
      ['u1', 'r3'],
    ]);
  });

  test('a request is queued until it has its answer, which may come after attempts and a failure', () => {
    const asked: MediaFlowEvent = {
      type: 'RecommendationRequested',
      data: { requestId: 'r1', userId: 'u1', genre: null, limit: 5 },
    };
    const failure = { requestId: 'r1', userId: 'u1', code: 'c', message: 'm' };
    const retryAt = '2026-11-21T10:00:00.000Z';
    const attempt: MediaFlowEvent = {
      type: 'RecommendationAttemptFailed',
      data: { ...failure, attempt: 1, retryAt },
    };
    const failed: MediaFlowEvent = { type: 'RecommendationFailed', data: failure };
    const told = { code: 'c', message: 'm' };
    for (const [events, expected] of [
      [[asked], { status: 'queued' }],
      [[asked, attempt], { status: 'queued', failure: told, retry_at: retryAt }],
      [
        [asked, attempt, failed],
        { status: 'failed', failure: told, retry_at: null, position: positionAt(3) },
      ],
      [
        [asked, failed, generated('r1')],
        { status: 'done', failure: null, items: [], position: positionAt(3) },
      ],
    ] as const)
      expect(rowsAfter(recommendations, events).recommendation_requests).toMatchObject([
        { request_id: 'r1', user_id: 'u1', ...expected },
      ]);
  });

  test('a request that failed leaves the last list', () => {
    const failure = { requestId: 'r2', userId: 'u1', code: 'c', message: 'm' };
    const rows = rowsAfter(recommendations, [
      generated('r1'),
      { type: 'RecommendationFailed', data: failure },
    ]);
    expect(rows.recommendations?.map((row) => row.request_id)).toEqual(['r1']);
  });
});
