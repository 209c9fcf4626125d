/** That a viewer cared for an item, and how much: above 0. */
export interface Interaction {
  readonly viewerId: string;
  readonly itemId: string;
  readonly weight: number;
}

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
export function toMatrix(interactions: readonly Interaction[]): InteractionMatrix {
  const positive = interactions.filter(({ weight }) => weight > 0);
  const idsOf = (key: 'viewerId' | 'itemId') =>
    [...new Set(positive.map((each) => each[key]))].sort(byCodeUnits);
  const viewerIds = idsOf('viewerId');
  const itemIds = idsOf('itemId');
  const rowOf = placesOf(viewerIds);
  const columnOf = placesOf(itemIds);
  const cells = new Map<number, number>();
  for (const { viewerId, itemId, weight } of positive) {
    const cell = (rowOf.get(viewerId) ?? 0) * itemIds.length + (columnOf.get(itemId) ?? 0);
    cells.set(cell, Math.max(weight, cells.get(cell) ?? 0));
  }
  const places = Float64Array.from(cells.keys()).sort();
  const starts = new Uint32Array(viewerIds.length + 1);
  const columns = new Uint32Array(places.length);
  const values = new Float32Array(places.length);
  for (const [index, place] of places.entries()) {
    const row = Math.floor(place / itemIds.length);
    starts[row + 1] = index + 1;
    columns[index] = place - row * itemIds.length;
    values[index] = cells.get(place) ?? 0;
  }
  const shape = { rowCount: viewerIds.length, columnCount: itemIds.length };
  return { viewerIds, itemIds, rows: { ...shape, starts, columns, values } };
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
