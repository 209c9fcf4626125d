import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countsOf, rowOf, toMatrix, transpose } from '../../src/recommender/interactions.js';
import { anyHistory, history } from './histories.js';

describe('the matrix of who cared for what', () => {
  test('has rows and columns in the order of ids', () => {
    const { viewerIds, itemIds, rows } = toMatrix(history({ ben: 'c a', ada: 'b' }));
    expect([viewerIds, itemIds]).toEqual([
      ['ada', 'ben'],
      ['a', 'b', 'c'],
    ]);
    expect([...rowOf(rows, 0).columns]).toEqual([1]);
    expect([...rowOf(rows, 1).columns]).toEqual([0, 2]);
  });

  test('counts people, not how often they did it, and of several the strongest', () => {
    const { rows } = toMatrix([...history({ ada: 'a a a' }, 0.5), ...history({ ada: 'a', ben: 'b' })]);
    expect([...countsOf(transpose(rows))]).toEqual([1, 1]);
    expect([...rowOf(rows, 0).values]).toEqual([1]);
  });

  test('knows nothing of what nobody cared for', () => {
    expect(toMatrix([...history({ ada: 'a' }, 0), ...history({ ben: 'b' }, -2)]).itemIds).toEqual([]);
  });

  test('is the same in whatever order things come, and its own when it is turned twice', () => {
    fc.assert(
      fc.property(anyHistory, (interactions) => {
        const matrix = toMatrix(interactions);
        expect(toMatrix(interactions.toReversed())).toEqual(matrix);
        expect(transpose(transpose(matrix.rows))).toEqual(matrix.rows);
      }),
    );
  });
});
