import type { Row } from '../../../core/projection.js';
import type { TableChanges } from '../../../core/projection-store.js';

/** All that is done to one row that is made if it is not there; no column is named by two of its parts. */
export interface RowMerge {
  readonly key: Row;
  /** Amounts to add, null counting as 0. */
  readonly increment: Row;
  /** Set after the increment. */
  readonly overwrite: Row;
  /** Set where column `by` is null or not after the one in `row`; at most one for each column `by`. */
  readonly newer: readonly { readonly by: string; readonly row: Row }[];
}

/** What can be written by merges, and what is left to be written after them, in the order of its fields. */
export interface Merged {
  readonly merges: readonly RowMerge[];
  readonly rest: Pick<TableChanges, 'overwrites' | 'newerPatches'>;
}

/**
 * Puts increments together with what is set on the same rows afterwards, so that a row is found and written once. What
 * names a column that an earlier part of its row names too stays behind.
 */
export function mergeRows(changes: TableChanges): Merged {
  const nameOf = (row: Row) => JSON.stringify(changes.keyColumns.map((column) => row[column]));
  const split = (row: Row) => {
    const key: Record<string, Row[string]> = {};
    const columns: Record<string, Row[string]> = {};
    for (const [column, value] of Object.entries(row))
      if (changes.keyColumns.includes(column)) key[column] = value;
      else if (value !== undefined) columns[column] = value;
    return { key, columns };
  };

  const merges = new Map<string, Mutable>();
  for (const row of changes.increments) {
    const { key, columns } = split(row);
    merges.set(nameOf(row), { key, increment: columns, overwrite: {}, newer: [] });
  }
  const fits = (merge: Mutable, columns: Row) =>
    Object.keys(columns).every(
      (column) =>
        !(column in merge.increment) &&
        !(column in merge.overwrite) &&
        !merge.newer.some(({ row }) => column in row),
    );

  const overwrites = changes.overwrites.filter((row) => {
    const merge = merges.get(nameOf(row));
    const { columns } = split(row);
    if (!merge || !fits(merge, columns)) return true;
    merge.overwrite = columns;
    return false;
  });
  const leftBehind = new Set(overwrites.map(nameOf));
  const newerPatches = changes.newerPatches.filter(({ by, row }) => {
    const merge = merges.get(nameOf(row));
    const { columns } = split(row);
    if (!merge || leftBehind.has(nameOf(row)) || !fits(merge, columns)) return true;
    merge.newer.push({ by, row: columns });
    return false;
  });
  return { merges: [...merges.values()], rest: { overwrites, newerPatches } };
}

interface Mutable extends RowMerge {
  overwrite: Row;
  readonly newer: { readonly by: string; readonly row: Row }[];
}
