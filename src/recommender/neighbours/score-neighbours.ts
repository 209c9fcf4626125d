import { rowOf, type SparseRow, type SparseRows } from '../interactions.ts';

/** What the neighbours in a viewer's row say for every item: the sum of how alike they are. */
export function scoreNeighbours(neighbours: SparseRows, row: SparseRow): Float64Array {
  const weights = new Float64Array(neighbours.columnCount);
  for (let index = 0; index < row.columns.length; index += 1)
    weights[row.columns[index] as number] = row.values[index] as number;
  const scores = new Float64Array(neighbours.rowCount);
  for (let item = 0; item < neighbours.rowCount; item += 1) {
    let sum = 0;
    for (let at = neighbours.starts[item] as number; at < (neighbours.starts[item + 1] as number); at += 1)
      sum += (neighbours.values[at] as number) * (weights[neighbours.columns[at] as number] as number);
    scores[item] = sum;
  }
  return scores;
}

/** The item of the row that says most for an item, if any does. */
export function nearestInRow(neighbours: SparseRows, row: SparseRow, item: number): number | undefined {
  const own = new Map([...row.columns].map((column, index) => [column, row.values[index] as number]));
  const near = rowOf(neighbours, item);
  let most = 0;
  let nearest: number | undefined;
  for (const [index, other] of near.columns.entries()) {
    const term = (near.values[index] as number) * (own.get(other) ?? 0);
    if (term <= most) continue;
    most = term;
    nearest = other;
  }
  return nearest;
}
