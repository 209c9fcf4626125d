import { type Interaction, type PackedHistory, packHistory } from './packed-history.ts';

export type { Interaction };

/** Rows of a matrix that is mostly zero: what is not, row by row, in ascending columns. */
export interface SparseRows {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Where each row begins, and behind the last where it ends. */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/** Who cared for what: a row for each viewer, a column for each item. */
export interface InteractionMatrix {
  /** Ascending, as the rows are. Not part of any model. */
  readonly viewerIds: readonly string[];
  /** Ascending, as the columns are. */
  readonly itemIds: readonly string[];
  readonly rows: SparseRows;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The place of each id in its list. */
export const placesOf = (ids: readonly string[]): ReadonlyMap<string, number> =>
  new Map(ids.map((id, place) => [id, place]));

/**
 * The matrix of these interactions: the same in whatever order they come. Of a viewer's several for an item the strongest
 * counts, so that repeats say no more than the first.
 */
export const toMatrix = (interactions: Iterable<Interaction>): InteractionMatrix =>
  matrixOf(packHistory(interactions));

/** The same of a packed history. */
export function matrixOf({ viewerIds, itemIds, viewers, items, weights }: PackedHistory): InteractionMatrix {
  const [rowIds, rowOfViewer] = sortedPlaces(viewerIds);
  const [columnIds, columnOfItem] = sortedPlaces(itemIds);
  // By columns first, then by rows: the second pass keeps the order of the first.
  const byColumn = orderBy(
    Uint32Array.from(items.keys()),
    (at) => columnOfItem[items[at] as number] as number,
    columnIds.length,
  );
  const order = orderBy(byColumn, (at) => rowOfViewer[viewers[at] as number] as number, rowIds.length);
  const starts = new Uint32Array(rowIds.length + 1);
  const columns = new Uint32Array(order.length);
  const values = new Float32Array(order.length);
  let count = 0;
  let lastRow = -1;
  for (const at of order) {
    const row = rowOfViewer[viewers[at] as number] as number;
    const column = columnOfItem[items[at] as number] as number;
    const weight = weights[at] as number;
    if (row === lastRow && columns[count - 1] === column) {
      values[count - 1] = Math.max(values[count - 1] as number, weight);
      continue;
    }
    columns[count] = column;
    values[count] = weight;
    count += 1;
    lastRow = row;
    starts[row + 1] = count;
  }
  const shape = { rowCount: rowIds.length, columnCount: columnIds.length };
  return {
    viewerIds: rowIds,
    itemIds: columnIds,
    rows: { ...shape, starts, columns: columns.slice(0, count), values: values.slice(0, count) },
  };
}

/** Ids in their order, and of each of the given ones its place there. */
function sortedPlaces(ids: readonly string[]): [readonly string[], Uint32Array] {
  const order = Uint32Array.from(ids.keys()).sort((a, b) => byCodeUnits(ids[a] as string, ids[b] as string));
  const places = new Uint32Array(ids.length);
  for (const [place, at] of order.entries()) places[at] = place;
  return [Array.from(order, (at) => ids[at] as string), places];
}

/** These in the order of their keys, which lie below `keyCount`; of equal keys in the order they have (counting sort). */
function orderBy(list: Uint32Array, keyOf: (each: number) => number, keyCount: number): Uint32Array {
  const next = new Uint32Array(keyCount + 1);
  for (const each of list) next[keyOf(each) + 1] = (next[keyOf(each) + 1] as number) + 1;
  for (let key = 0; key < keyCount; key += 1)
    next[key + 1] = (next[key + 1] as number) + (next[key] as number);
  const ordered = new Uint32Array(list.length);
  for (const each of list) {
    const key = keyOf(each);
    const at = next[key] as number;
    next[key] = at + 1;
    ordered[at] = each;
  }
  return ordered;
}

/** Columns as rows. */
export function transpose(matrix: SparseRows): SparseRows {
  const { rowCount, columnCount } = matrix;
  const starts = new Uint32Array(columnCount + 1);
  for (const column of matrix.columns) starts[column + 1] = (starts[column + 1] as number) + 1;
  for (let column = 0; column < columnCount; column += 1)
    starts[column + 1] = (starts[column + 1] as number) + (starts[column] as number);
  const next = starts.slice(0, columnCount);
  const columns = new Uint32Array(matrix.columns.length);
  const values = new Float32Array(matrix.values.length);
  for (let row = 0; row < rowCount; row += 1)
    for (let index = matrix.starts[row] as number; index < (matrix.starts[row + 1] as number); index += 1) {
      const column = matrix.columns[index] as number;
      const at = next[column] as number;
      next[column] = at + 1;
      columns[at] = row;
      values[at] = matrix.values[index] as number;
    }
  return { rowCount: columnCount, columnCount: rowCount, starts, columns, values };
}

/** A row of what is not zero in it. */
export interface SparseRow {
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

export function rowOf({ starts, columns, values }: SparseRows, row: number): SparseRow {
  const [from, to] = [starts[row], starts[row + 1]];
  return { columns: columns.subarray(from, to), values: values.subarray(from, to) };
}

/** How many have something in each row: of items as rows, how many people cared for each. */
export const countsOf = ({ starts, rowCount }: SparseRows): Uint32Array =>
  Uint32Array.from({ length: rowCount }, (_, row) => (starts[row + 1] as number) - (starts[row] as number));
