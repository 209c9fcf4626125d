import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/seeded-random.js';
import { invertPositiveDefinite } from '../../../src/recommender/linear-algebra/cholesky.js';
import { type SquareMatrix, scaledIdentity } from '../../../src/recommender/linear-algebra/square-matrix.js';

/** Symmetric, with so much on the diagonal that it is positive definite. */
function positiveDefinite(size: number, seed: number): SquareMatrix {
  const random = seededRandom(seed);
  const matrix = scaledIdentity(size, size);
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < row; column += 1) {
      const value = random() - 0.5;
      matrix.values[row * matrix.stride + column] = value;
      matrix.values[column * matrix.stride + row] = value;
    }
  return matrix;
}

const at = ({ values, stride }: SquareMatrix, row: number, column: number) =>
  values[row * stride + column] as number;

describe('the inverse of a positive definite matrix', () => {
  test('is that of a matrix worked out by hand', () => {
    const matrix = scaledIdentity(2, 2);
    matrix.values[matrix.stride] = 1;
    const inverse = invertPositiveDefinite(matrix);
    const cells = [at(inverse, 0, 0), at(inverse, 0, 1), at(inverse, 1, 0), at(inverse, 1, 1)];
    for (const [index, expected] of [2 / 3, -1 / 3, -1 / 3, 2 / 3].entries())
      expect(cells[index]).toBeCloseTo(expected, 12);
  });

  test.each([1, 2, 3, 5, 63, 64, 65, 66, 131, 321])(
    'gives the identity with the matrix it is of, of %i rows: whole blocks, and what is left over',
    (size) => {
      const matrix = positiveDefinite(size, size);
      const original = { ...matrix, values: matrix.values.slice() };
      const inverse = invertPositiveDefinite(matrix);
      let worst = 0;
      for (let row = 0; row < size; row += 1)
        for (let column = 0; column < size; column += 1) {
          let sum = 0;
          for (let term = 0; term < size; term += 1)
            sum += at(original, row, term) * at(inverse, term, column);
          worst = Math.max(worst, Math.abs(sum - (row === column ? 1 : 0)));
          if (at(inverse, row, column) !== at(inverse, column, row)) worst = Number.POSITIVE_INFINITY;
        }
      expect(worst).toBeLessThan(1e-12);
    },
    20_000,
  );

  test('is not made up where there is none', () => {
    const matrix = scaledIdentity(2, 1);
    matrix.values[matrix.stride] = 1;
    expect(() => invertPositiveDefinite(matrix)).toThrow(RangeError);
  });
});
