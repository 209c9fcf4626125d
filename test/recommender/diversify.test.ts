import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diversify } from '../../src/recommender/diversify.js';

const parameters = { relevance: 0.6, novelty: 0, pool: 100 };
const ranking = (...scores: number[]) => scores.map((score, place) => ({ place, score }));
const unlike = () => 0;

describe('a diversified list', () => {
  test('takes what is unlike those above it before what is like them', () => {
    const sameGroup = (one: number, other: number) => (one < 2 && other < 2 ? 1 : 0);
    const list = diversify(ranking(1, 0.95, 0.8), 3, parameters, sameGroup, () => 0);
    expect(list.map(({ place }) => place)).toEqual([0, 2, 1]);
  });

  test('takes what fewer people know before what everybody knows, where they are worth about the same', () => {
    const list = diversify(ranking(1, 0.95), 2, { ...parameters, novelty: 1 }, unlike, (place) =>
      place === 0 ? 1 : 0,
    );
    expect(list.map(({ place }) => place)).toEqual([1, 0]);
  });

  test('looks at no more than its pool, unless the list is longer', () => {
    const all = ranking(1, 0.9, 0.8, 0.7);
    const fame = (place: number) => (place < 3 ? 1 : 0);
    const narrow = { relevance: 0.1, novelty: 1, pool: 2 };
    expect(diversify(all, 1, narrow, unlike, fame).map(({ place }) => place)).toEqual([0]);
    expect(diversify(all, 4, narrow, unlike, fame).map(({ place }) => place)).toContain(3);
  });

  const anyRanking = fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 12 })
    .map((scores) => ranking(...scores.toSorted((a, b) => b - a)));

  test('is the plain ranking where relevance is all that counts', () => {
    fc.assert(
      fc.property(anyRanking, fc.integer({ min: 1, max: 12 }), (all, limit) => {
        const list = diversify(
          all,
          limit,
          { relevance: 1, novelty: 5, pool: 3 },
          () => 1,
          () => 1,
        );
        expect(list).toEqual(all.slice(0, limit));
      }),
    );
  });

  test('has as many of the ranking as it may, each once', () => {
    fc.assert(
      fc.property(anyRanking, fc.integer({ min: 1, max: 12 }), (all, limit) => {
        const alike = (one: number, other: number) => ((one + other) % 3) / 3;
        const list = diversify(
          all,
          limit,
          { relevance: 0.5, novelty: 1, pool: 4 },
          alike,
          (place) => (place % 5) / 5,
        );
        expect(list).toHaveLength(Math.min(limit, all.length));
        expect(new Set(list).size).toBe(list.length);
        for (const each of list) expect(all).toContain(each);
      }),
      // The best of it is worth next to nothing, and the last much less than that.
      { examples: [[ranking(5e-324, -1), 2]] },
    );
  });
});
