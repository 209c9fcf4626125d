import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/recommender/evaluation/evaluate.js';
import { coverage, mean, ndcg, recall } from '../../../src/recommender/evaluation/measures.js';
import { splitByViewer } from '../../../src/recommender/evaluation/split.js';
import { anyHistory, history, twoGroups } from '../histories.js';

const list = (text: string) => text.split(' ');

describe('measures, beside values worked out by hand', () => {
  // Gains at the first four places: 1, 0.63093, 0.5, 0.43068.
  test.each([
    { shown: 'a x y', wanted: 'a', places: 10, ndcg: 1, recall: 1 },
    { shown: 'x a y', wanted: 'a', places: 10, ndcg: 0.63093, recall: 1 },
    { shown: 'x a y b', wanted: 'a b', places: 4, ndcg: (0.63093 + 0.43068) / 1.63093, recall: 1 },
    { shown: 'x a y b', wanted: 'a b', places: 3, ndcg: 0.63093 / 1.63093, recall: 0.5 },
    { shown: 'a b', wanted: 'a b c d', places: 2, ndcg: 1, recall: 1 },
    { shown: 'x y', wanted: 'a', places: 10, ndcg: 0, recall: 0 },
  ])('$wanted of $shown, $places places', ({ shown, wanted, places, ...expected }) => {
    const items = new Set(list(wanted));
    expect(ndcg(list(shown), items, places)).toBeCloseTo(expected.ndcg, 4);
    expect(recall(list(shown), items, places)).toBeCloseTo(expected.recall, 10);
  });

  test('coverage is what any list shows of all there is', () => {
    expect(coverage([list('a b c'), list('a c d')], 10, 2)).toBe(0.3);
    expect(coverage([], 10, 2)).toBe(0);
  });

  test('the mean of nothing is nothing', () => {
    expect([mean([]), mean([1, 2])]).toEqual([0, 1.5]);
  });

  test('an evaluation is the mean over those of whom something was held out', () => {
    const lists: Record<string, string> = { ada: 'a b', ben: 'x c' };
    const evaluation = evaluate(history({ ada: 'a', ben: 'c' }), 8, (viewerId) =>
      list(lists[viewerId] ?? ''),
    );
    expect(evaluation.viewers).toBe(2);
    expect(evaluation.ndcgAt10).toBeCloseTo((1 + 0.63093) / 2, 4);
    expect([evaluation.recallAt20, evaluation.coverageAt10]).toEqual([1, 0.5]);
  });
});

describe('a split', () => {
  test('holds out the same share of everybody, and loses nothing', () => {
    const all = history({ ada: 'a b c d e', ben: 'a b c d e f g h i j', cleo: 'a b' });
    const { train, heldOut } = splitByViewer(all, 0.2, 7);
    const countOf = (viewer: string) => heldOut.filter(({ viewerId }) => viewerId === viewer).length;
    expect([countOf('ada'), countOf('ben'), countOf('cleo')]).toEqual([1, 2, 0]);
    expect([...train, ...heldOut]).toHaveLength(all.length);
    expect(new Set([...train, ...heldOut])).toEqual(new Set(all));
  });

  test('is chosen by the seed alone', () => {
    const all = twoGroups(20);
    expect(splitByViewer(all, 0.2, 1)).not.toEqual(splitByViewer(all, 0.2, 2));
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (interactions, seed) => {
        const distinct = [
          ...new Map(interactions.map((each) => [`${each.viewerId} ${each.itemId}`, each])).values(),
        ];
        expect(splitByViewer(distinct.toReversed(), 0.3, seed)).toEqual(splitByViewer(distinct, 0.3, seed));
      }),
    );
  });
});
