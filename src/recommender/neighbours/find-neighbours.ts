import { rowOf, type SparseRows, transpose } from '../interactions.ts';
import { likeness, type NeighbourParameters, voteOf } from './likeness.ts';
import { nthLargest } from './nth-largest.ts';

/**
 * Of each item those most like it by who cared for both, with how alike they are: cosine over people, shrunk, where the
 * vote of somebody who cares for everything counts less. In ascending columns.
 */
export function findNeighbours(rows: SparseRows, parameters: NeighbourParameters): SparseRows {
  const items = transpose(rows);
  const votes = Float64Array.from({ length: rows.rowCount }, (_, viewer) =>
    voteOf(rowOf(rows, viewer).columns.length, parameters),
  );
  const totals = Float64Array.from({ length: items.rowCount }, (_, item) =>
    rowOf(items, item).columns.reduce((sum, viewer) => sum + (votes[viewer] as number), 0),
  );
  const together = new Float64Array(items.rowCount);
  const touched = new Uint32Array(items.rowCount);
  const room = new Float64Array(items.rowCount);
  const starts = new Uint32Array(items.rowCount + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let item = 0; item < items.rowCount; item += 1) {
    let count = 0;
    for (const viewer of rowOf(items, item).columns) {
      const vote = votes[viewer] as number;
      const { columns: own } = rowOf(rows, viewer);
      for (let index = 0; index < own.length; index += 1) {
        const other = own[index] as number;
        if (together[other] === 0) {
          touched[count] = other;
          count += 1;
        }
        together[other] = (together[other] as number) + vote;
      }
    }
    const others = touched.subarray(0, count);
    const total = totals[item] as number;
    for (const other of others)
      together[other] =
        other === item ? 0 : likeness(together[other] as number, total, totals[other] as number, parameters);
    for (const other of nearest(others, together, parameters.neighbours, room)) {
      columns.push(other);
      values.push(together[other] as number);
    }
    for (const other of others) together[other] = 0;
    starts[item + 1] = columns.length;
  }
  const shape = { rowCount: items.rowCount, columnCount: items.rowCount };
  return { ...shape, starts, columns: Uint32Array.from(columns), values: Float32Array.from(values) };
}

/** Those with the highest values, and above 0; of equal ones the first; in ascending order. */
function nearest(others: Uint32Array, values: Float64Array, count: number, room: Float64Array): number[] {
  const all = room.subarray(0, others.length);
  for (let index = 0; index < others.length; index += 1)
    all[index] = values[others[index] as number] as number;
  const least = others.length <= count ? 0 : nthLargest(all, count - 1);
  const above: number[] = [];
  const level: number[] = [];
  for (let index = 0; index < others.length; index += 1) {
    const other = others[index] as number;
    const value = values[other] as number;
    if (value > least) above.push(other);
    else if (value === least && value > 0) level.push(other);
  }
  const fill = level.sort((a, b) => a - b).slice(0, count - above.length);
  return [...above, ...fill].sort((a, b) => a - b);
}
