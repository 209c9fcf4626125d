import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candidate, type RankingInput, rank, type Taste } from '../../src/recommender/rank.js';
import { deepFreeze } from '../kit/deep-freeze.js';

const item = (
  mediaId: string,
  tags: readonly string[] = [],
  popularity = 0,
  type: string | null = 'video',
): Candidate => ({
  mediaId,
  type,
  tags,
  popularity,
});
const taste = (userId: string, mediaId: string, weight = 1): Taste => ({ userId, mediaId, weight });
const rankFor = (input: Partial<RankingInput>) =>
  rank(deepFreeze({ userId: 'me', candidates: [], tastes: [], genre: null, limit: 10, ...input }));
const idsFor = (input: Partial<RankingInput>) => rankFor(input).map((ranked) => ranked.mediaId);

describe('ranking', () => {
  test('nothing to show gives nothing', () => {
    expect(rankFor({})).toEqual([]);
    expect(rankFor({ tastes: [taste('me', 'gone')] })).toEqual([]);
  });

  test('somebody new is shown what everybody watches, and told so', () => {
    const ranked = rankFor({ candidates: [item('quiet'), item('hit', [], 10), item('flop', [], 1)] });
    expect(ranked.map(({ mediaId, reason }) => [mediaId, reason])).toEqual([
      ['hit', 'Popular now'],
      ['flop', 'Popular now'],
      ['quiet', 'New to you'],
    ]);
  });

  test('popularity counts beside that of the same type: a glance at a picture is no film', () => {
    const candidates = [
      item('photo', [], 1000, 'image'),
      item('glimpsed', [], 500, 'image'),
      item('film', [], 10),
    ];
    expect(rankFor({ candidates })).toMatchObject([
      { mediaId: 'film', score: 0.2 },
      { mediaId: 'photo', score: 0.2 },
      { mediaId: 'glimpsed', score: 0.1 },
    ]);
  });

  test('what people with the same taste watch comes before what everybody watches', () => {
    const [first] = rankFor({
      candidates: [item('liked'), item('shared', [], 1), item('hit', [], 1000)],
      tastes: [
        taste('me', 'liked'),
        ...['a', 'b', 'c'].flatMap((who) => [taste(who, 'liked'), taste(who, 'shared')]),
      ],
    });
    expect(first).toMatchObject({
      mediaId: 'shared',
      reason: 'Watched by people like you',
      because: 'liked',
    });
  });

  test('more shared viewers mean more', () => {
    const viewers = (count: number, mediaId: string) =>
      Array.from({ length: count }, (_, index) => [
        taste(`${mediaId}${index}`, 'liked'),
        taste(`${mediaId}${index}`, mediaId),
      ]).flat();
    expect(
      idsFor({
        candidates: [item('few'), item('many')],
        tastes: [taste('me', 'liked'), ...viewers(1, 'few'), ...viewers(5, 'many')],
      }),
    ).toEqual(['many', 'few']);
  });

  test('what is no longer there is not named as a reason', () => {
    const [first] = rankFor({
      candidates: [item('shared')],
      tastes: [taste('me', 'gone'), taste('a', 'gone'), taste('a', 'shared')],
    });
    expect(first?.reason).toBe('Watched by people like you');
  });

  test('what resembles the liked comes before what does not, with the tag that says most', () => {
    const [first, second] = rankFor({
      candidates: [
        item('liked', ['video', 'dog']),
        item('cat', ['video', 'cat']),
        item('puppy', ['Video', 'Dog']),
      ],
      tastes: [taste('me', 'liked')],
    });
    expect(first).toMatchObject({ mediaId: 'puppy', reason: 'Because you like dog' });
    expect(second?.mediaId).toBe('cat');
  });

  test('what resembles the disliked comes last', () => {
    const ranked = rankFor({
      candidates: [item('disliked', ['horror']), item('another', ['horror']), item('plain', ['nature'])],
      tastes: [taste('me', 'disliked', -2)],
    });
    expect(ranked.map((one) => one.mediaId)).toEqual(['plain', 'another']);
    expect(ranked[1]?.score).toBeLessThan(0);
    expect(ranked[1]?.reason).toBe('New to you');
  });

  test('what others dislike is no reason to watch it', () => {
    const ranked = rankFor({
      candidates: [item('liked'), item('bad')],
      tastes: [taste('me', 'liked'), taste('a', 'liked'), taste('a', 'bad', -2)],
    });
    expect(ranked).toEqual([{ mediaId: 'bad', score: 0, reason: 'New to you' }]);
  });

  test('a disliked item brings nobody’s favourites along', () => {
    const [first] = rankFor({
      candidates: [item('shared')],
      tastes: [taste('me', 'bad', -2), taste('a', 'bad'), taste('a', 'shared')],
    });
    expect(first?.score).toBe(0);
  });

  test('what was seen is not shown again, whether it was liked or not', () => {
    expect(
      idsFor({
        candidates: [item('liked', [], 5), item('disliked', [], 5), item('glimpsed', [], 5), item('new')],
        tastes: [taste('me', 'liked'), taste('me', 'disliked', -2), taste('me', 'glimpsed', 0)],
      }),
    ).toEqual(['new']);
  });

  test('a genre is a tag in any case', () => {
    expect(
      idsFor({ genre: 'Comedy', candidates: [item('a', ['comedy']), item('b', ['COMEDY', 'x']), item('c')] }),
    ).toEqual(['a', 'b']);
  });

  test('equals come in the order of their ids, however they came in', () => {
    const candidates = [item('c'), item('a'), item('b')];
    expect(idsFor({ candidates })).toEqual(['a', 'b', 'c']);
    expect(idsFor({ candidates: candidates.toReversed() })).toEqual(['a', 'b', 'c']);
  });

  test('a catalogue of hundreds of thousands is ranked', () => {
    const candidates = Array.from({ length: 300_000 }, (_, index) => item(String(index), [], index));
    expect(idsFor({ candidates, limit: 2 })).toEqual(['299999', '299998']);
  });

  const anyId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const anyUser = fc.constantFrom('me', 'u1', 'u2', 'u3');
  const anyInput: fc.Arbitrary<RankingInput> = fc.record({
    userId: fc.constant('me'),
    candidates: fc.uniqueArray(
      fc.record({
        mediaId: anyId,
        type: fc.constantFrom(null, 'video', 'image'),
        tags: fc.array(fc.constantFrom('x', 'y', 'Z', '__proto__')),
        popularity: fc.double({ min: 0, max: 1e9, noNaN: true }),
      }),
      { selector: (candidate) => candidate.mediaId },
    ),
    tastes: fc.uniqueArray(
      fc.record({ userId: anyUser, mediaId: anyId, weight: fc.double({ min: -5, max: 5, noNaN: true }) }),
      { selector: ({ userId, mediaId }) => `${userId} ${mediaId}` },
    ),
    genre: fc.constantFrom(null, 'x', 'z'),
    limit: fc.integer({ min: 1, max: 4 }),
  });

  test('whatever comes in, the list is short enough, sorted, of numbers, and of unseen candidates, each once', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const ranked = rank(deepFreeze(input));
        expect(ranked.length).toBeLessThanOrEqual(input.limit);
        expect(new Set(ranked.map(({ mediaId }) => mediaId)).size).toBe(ranked.length);
        for (const [index, { mediaId, score, reason }] of ranked.entries()) {
          expect(Number.isFinite(score)).toBe(true);
          expect(score).toBeLessThanOrEqual(ranked[index - 1]?.score ?? Number.POSITIVE_INFINITY);
          expect(reason).not.toBe('');
          const candidate = input.candidates.find((one) => one.mediaId === mediaId);
          expect(candidate).toBeDefined();
          expect(input.tastes.some((one) => one.userId === 'me' && one.mediaId === mediaId)).toBe(false);
          if (input.genre)
            expect(candidate?.tags.map((tag) => tag.toLowerCase())).toContain(input.genre.toLowerCase());
          if (reason === 'Popular now') expect(candidate?.popularity).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('the order in which candidates and tastes come changes nothing', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const turned = { ...input, candidates: input.candidates.toReversed() };
        expect(rank(turned).map(({ mediaId }) => mediaId)).toEqual(rank(input).map(({ mediaId }) => mediaId));
      }),
    );
  });
});
