import { rowOf, type SparseRows } from './interactions.ts';
import type { ModelParameters } from './parameters.js';

/** The items that get weights: enough people cared for them, and if these are too many, more than for the others. Ascending. */
export function chooseColumns(
  people: Uint32Array,
  { minimumPeople, maximumItems }: Pick<ModelParameters, 'minimumPeople' | 'maximumItems'>,
): number[] {
  return [...people.keys()]
    .filter((item) => (people[item] as number) >= minimumPeople)
    .sort((a, b) => (people[b] as number) - (people[a] as number) || a - b)
    .slice(0, maximumItems)
    .sort((a, b) => a - b);
}

/** What a row's values are multiplied by, so that who cared for a lot does not teach everything. */
export const dampingOf = (items: number, viewerExponent: number): number =>
  items === 0 ? 0 : items ** -viewerExponent;

/** The rows in these columns alone, each damped by how much there is in it; rows with less than two things teach nothing. */
export function damped(
  rows: SparseRows,
  columnOf: Int32Array,
  columnCount: number,
  viewerExponent: number,
): SparseRows {
  const starts = [0];
  const columns: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows.rowCount; row += 1) {
    const { columns: items, values: weights } = rowOf(rows, row);
    const kept = [...items.keys()].filter((index) => columnOf[items[index] as number] !== -1);
    if (kept.length < 2) continue;
    const damping = dampingOf(kept.length, viewerExponent);
    for (const index of kept) {
      columns.push(columnOf[items[index] as number] as number);
      values.push((weights[index] as number) * damping);
    }
    starts.push(columns.length);
  }
  return {
    rowCount: starts.length - 1,
    columnCount,
    starts: Uint32Array.from(starts),
    columns: Uint32Array.from(columns),
    values: Float32Array.from(values),
  };
}
