import type { SparseRows } from '../interactions.js';

/** How alike two items are, if the other is among the nearest of the one or the one among those of the other; else 0. */
export const likenessOf = (neighbours: SparseRows, one: number, other: number): number =>
  Math.max(valueAt(neighbours, one, other), valueAt(neighbours, other, one));

/** By halves, since columns ascend. */
function valueAt({ starts, columns, values }: SparseRows, row: number, column: number): number {
  let from = starts[row] as number;
  let to = starts[row + 1] as number;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const found = columns[middle] as number;
    if (found === column) return values[middle] as number;
    if (found < column) from = middle + 1;
    else to = middle;
  }
  return 0;
}
