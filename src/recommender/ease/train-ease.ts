import { rowOf, type SparseRow, type SparseRows, transpose } from '../interactions.ts';
import { invertPositiveDefinite } from '../linear-algebra/cholesky.ts';
import { type SquareMatrix, scaledIdentity } from '../linear-algebra/square-matrix.ts';

/**
 * EASE^R (Steck: Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019) in one of two forms that score alike. With
 * `P = (XᵀX + λI)⁻¹` an item's weight for another is `B[i, j] = -P[i, j] / P[j, j]`, and 0 for itself.
 */
export type Ease = PrimalEase | DualEase;

/** The weights themselves: where there are many viewers. */
export interface PrimalEase {
  readonly form: 'primal';
  readonly itemCount: number;
  /** `B`, the weights of one item for all others in a row. */
  readonly weights: Float32Array;
}

/**
 * Weights as they come of the viewers (Woodbury): `P = (I - Xᵀ·K·X) / λ` with `K = (XXᵀ + λI)⁻¹`. For far fewer viewers
 * than items it is trained and kept in a fraction of the time and room.
 */
export interface DualEase {
  readonly form: 'dual';
  /** `X`: a row for each viewer. */
  readonly rows: SparseRows;
  /** `K`, symmetric, row after row. */
  readonly kernel: Float32Array;
  /** `1 - λ·P[j, j]` of each item: what would flow from it to itself. */
  readonly selfWeights: Float32Array;
}

/** Beyond so many viewers an item a list costs more by viewers than by items, though the training would be shorter. */
const VIEWERS_AN_ITEM = 0.5;

/** Trains in whichever form is smaller: by viewers where there are no more than half as many as items. */
export const trainEase = (rows: SparseRows, lambda: number): Ease =>
  rows.rowCount <= VIEWERS_AN_ITEM * rows.columnCount && rows.rowCount > 0
    ? trainDual(rows, lambda)
    : trainPrimal(rows, lambda);

export function trainPrimal(rows: SparseRows, lambda: number): PrimalEase {
  const itemCount = rows.columnCount;
  const inverse = invertPositiveDefinite(gramOf(transpose(rows), lambda));
  const weights = new Float32Array(itemCount * itemCount);
  for (let from = 0; from < itemCount; from += 1)
    for (let to = 0; to < itemCount; to += 1) {
      if (from === to) continue;
      const own = inverse.values[to * inverse.stride + to] as number;
      weights[from * itemCount + to] = -(inverse.values[from * inverse.stride + to] as number) / own;
    }
  return { form: 'primal', itemCount, weights };
}

export function trainDual(rows: SparseRows, lambda: number): DualEase {
  const inverse = invertPositiveDefinite(gramOf(rows, lambda));
  const { size, stride, values } = inverse;
  const kernel = new Float32Array(size * size);
  for (let row = 0; row < size; row += 1)
    kernel.set(values.subarray(row * stride, row * stride + size), row * size);
  const items = transpose(rows);
  const selfWeights = Float32Array.from({ length: items.rowCount }, (_, item) =>
    quadraticForm(inverse, rowOf(items, item)),
  );
  return { form: 'dual', rows, kernel, selfWeights };
}

/** Products of all rows with all rows, and `lambda` on the diagonal. Goes through what columns have in common, which is little. */
function gramOf(rows: SparseRows, lambda: number): SquareMatrix {
  const gram = scaledIdentity(rows.rowCount, lambda);
  const columns = transpose(rows);
  for (let column = 0; column < columns.rowCount; column += 1) {
    const { columns: members, values } = rowOf(columns, column);
    for (let one = 0; one < members.length; one += 1) {
      const at = (members[one] as number) * gram.stride;
      const value = values[one] as number;
      for (let other = 0; other <= one; other += 1) {
        const cell = at + (members[other] as number);
        gram.values[cell] = (gram.values[cell] as number) + value * (values[other] as number);
      }
    }
  }
  return gram;
}

/** `vᵀ·M·v` */
function quadraticForm({ values: matrix, stride }: SquareMatrix, { columns, values }: SparseRow): number {
  let sum = 0;
  for (let one = 0; one < columns.length; one += 1) {
    const at = (columns[one] as number) * stride;
    let along = 0;
    for (let other = 0; other < columns.length; other += 1)
      along += (matrix[at + (columns[other] as number)] as number) * (values[other] as number);
    sum += along * (values[one] as number);
  }
  return sum;
}
