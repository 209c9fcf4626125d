import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strongestTermOf } from '../../../src/recommender/ease/ease-weight.js';
import { scoreEase } from '../../../src/recommender/ease/score-ease.js';
import { trainDual, trainEase, trainPrimal } from '../../../src/recommender/ease/train-ease.js';
import { rowOf, toMatrix } from '../../../src/recommender/interactions.js';
import { anyHistory, history, twoGroups } from '../histories.js';

const anyLambda = fc.constantFrom(0.5, 2, 20);
const closeTo = (actual: Float32Array, expected: Float32Array) => {
  for (const [index, value] of expected.entries())
    expect(Math.abs((actual[index] ?? 0) - value)).toBeLessThan(1e-6);
};

describe('weights between items', () => {
  test('are those worked out by hand', () => {
    // XᵀX + λI = [[3, 1], [1, 2]]; its inverse is [[2, -1], [-1, 3]] / 5.
    const { rows } = toMatrix(history({ ada: 'a b', ben: 'a' }));
    const { weights } = trainPrimal(rows, 1);
    expect([...weights].map((value) => Number(value.toFixed(6)))).toEqual([0, 0.333333, 0.5, 0]);
  });

  test('are none of an item for itself', () => {
    fc.assert(
      fc.property(anyHistory, anyLambda, (interactions, lambda) => {
        const { itemCount, weights } = trainPrimal(toMatrix(interactions).rows, lambda);
        for (let item = 0; item < itemCount; item += 1) expect(weights[item * itemCount + item]).toBe(0);
      }),
    );
  });

  test('score alike in both forms, for viewers trained on and for others', () => {
    fc.assert(
      fc.property(anyHistory, anyLambda, fc.integer({ min: 0, max: 127 }), (interactions, lambda, bits) => {
        const { rows, viewerIds } = toMatrix(interactions);
        const [primal, dual] = [trainPrimal(rows, lambda), trainDual(rows, lambda)];
        for (const viewer of viewerIds.keys())
          closeTo(scoreEase(dual, rowOf(rows, viewer)), scoreEase(primal, rowOf(rows, viewer)));
        const columns = Uint32Array.from(Array.from({ length: rows.columnCount }).keys()).filter(
          (column) => (bits >> column) & 1,
        );
        const stranger = { columns, values: new Float32Array(columns.length).fill(0.7) };
        closeTo(scoreEase(dual, stranger), scoreEase(primal, stranger));
      }),
    );
  });

  test('score alike in both forms over more than one block', () => {
    const { rows } = toMatrix(twoGroups(150));
    closeTo(scoreEase(trainDual(rows, 5), rowOf(rows, 3)), scoreEase(trainPrimal(rows, 5), rowOf(rows, 3)));
  });

  test('come by viewers where there are at most half as many as items, else by items', () => {
    expect(trainEase(toMatrix(history({ ada: 'a b c' })).rows, 1).form).toBe('dual');
    expect(trainEase(toMatrix(history({ ada: 'a b c', ben: 'a' })).rows, 1).form).toBe('primal');
  });

  test('say because of which item another is scored, alike in both forms', () => {
    const { rows, itemIds } = toMatrix(history({ ada: 'a b', ben: 'a b', cleo: 'c d', dora: 'a c d' }));
    const row = { columns: Uint32Array.from([0, 2]), values: Float32Array.from([1, 1]) };
    for (const ease of [trainPrimal(rows, 1), trainDual(rows, 1)]) {
      const because = (item: string) => itemIds[strongestTermOf(ease)(row, itemIds.indexOf(item)) ?? -1];
      expect([because('b'), because('d')]).toEqual(['a', 'c']);
    }
  });

  test('say no item where none speaks for it', () => {
    const { rows } = toMatrix(history({ ada: 'a', ben: 'b' }));
    const row = { columns: Uint32Array.from([0]), values: Float32Array.from([1]) };
    for (const ease of [trainPrimal(rows, 1), trainDual(rows, 1)])
      expect(strongestTermOf(ease)(row, 1)).toBeUndefined();
  });
});
