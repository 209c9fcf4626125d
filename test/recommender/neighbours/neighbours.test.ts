import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowOf, toMatrix } from '../../../src/recommender/interactions.js';
import { countFirst, nearestOf, noPairs } from '../../../src/recommender/neighbours/count-pairs.js';
import { findNeighbours } from '../../../src/recommender/neighbours/find-neighbours.js';
import { likenessOf } from '../../../src/recommender/neighbours/likeness-of.js';
import { nthLargest } from '../../../src/recommender/neighbours/nth-largest.js';
import { nearestInRow, scoreNeighbours } from '../../../src/recommender/neighbours/score-neighbours.js';
import { anyHistory, history } from '../histories.js';

const parameters = { neighbours: 3, shrinkage: 2, viewerExponent: 0 };

test('the nth largest of numbers is that which sorting would put there', () => {
  const anyNumbers = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(anyNumbers, fc.nat(39), (numbers, any) => {
      const place = any % numbers.length;
      const sorted = numbers.toSorted((a, b) => b - a);
      expect(nthLargest(Float64Array.from(numbers), place)).toBe(sorted[place]);
    }),
  );
});

describe('neighbours of items', () => {
  test('are alike by the people who care for both, shrunk', () => {
    const { rows } = toMatrix(history({ ada: 'a b', ben: 'a b', cleo: 'a c', dora: 'c' }));
    const neighbours = findNeighbours(rows, parameters);
    expect(likenessOf(neighbours, 0, 1)).toBeCloseTo(2 / (Math.sqrt(3 * 2) + 2), 6);
    expect(likenessOf(neighbours, 2, 0)).toBeCloseTo(1 / (Math.sqrt(2 * 3) + 2), 6);
    expect(likenessOf(neighbours, 1, 2)).toBe(0);
  });

  test('count less of somebody who cares for everything', () => {
    const { rows } = toMatrix(history({ ada: 'a b', ben: 'a b c d e f', cleo: 'c d' }));
    const neighbours = findNeighbours(rows, { ...parameters, neighbours: 9, viewerExponent: 1 });
    expect(likenessOf(neighbours, 0, 1)).toBeGreaterThan(likenessOf(neighbours, 0, 2));
  });

  test('speak for what is near to what somebody liked, and say which it was', () => {
    const { rows } = toMatrix(history({ ada: 'a b', ben: 'a b', cleo: 'c d' }));
    const neighbours = findNeighbours(rows, parameters);
    const row = { columns: Uint32Array.from([0, 2]), values: Float32Array.from([1, 0.1]) };
    const scores = scoreNeighbours(neighbours, row);
    expect(scores[1]).toBeGreaterThan(scores[3] as number);
    expect([nearestInRow(neighbours, row, 1), nearestInRow(neighbours, row, 3)]).toEqual([0, 2]);
    expect(
      nearestInRow(neighbours, { columns: new Uint32Array(), values: new Float32Array() }, 1),
    ).toBeUndefined();
  });

  test('counted event by event, in any order, are those of the whole history', () => {
    fc.assert(
      fc.property(anyHistory, (interactions) => {
        const counts = noPairs();
        const before = new Map<string, string[]>();
        for (const { viewerId, itemId } of interactions) {
          const own = before.get(viewerId) ?? [];
          if (own.includes(itemId)) continue;
          countFirst(counts, itemId, own);
          before.set(viewerId, [...own, itemId]);
        }
        const { rows, itemIds } = toMatrix(interactions);
        const neighbours = findNeighbours(rows, parameters);
        for (const [item, itemId] of itemIds.entries()) {
          const { columns, values } = rowOf(neighbours, item);
          const counted = nearestOf(counts, itemId, parameters);
          const inOrder = counted.toSorted((a, b) => (a.itemId < b.itemId ? -1 : 1));
          expect(inOrder.map((each) => each.itemId)).toEqual([...columns].map((column) => itemIds[column]));
          for (const [index, { likeness }] of inOrder.entries())
            expect(values[index]).toBeCloseTo(likeness, 6);
        }
      }),
    );
  });
});
