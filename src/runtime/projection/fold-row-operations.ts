import { invalid } from '../../core/errors.js';
import type { JsonValue } from '../../core/json.js';
import type { Row, RowOperation } from '../../core/projection.js';
import type { TableChanges } from '../../core/projection-store.js';
import { changeRow, foldOfKey, type KeyFold, removeRow } from './fold-key.js';

interface TableFold {
  readonly keyColumns: readonly string[];
  readonly keys: Map<string, KeyFold>;
  readonly partialRemovals: Map<string, Row>;
  /** For each set of key columns that a partial removal used: part of the key → the keys that share it. */
  readonly sharing: Map<string, { columns: readonly string[]; keys: Map<string, Set<string>> }>;
}

/** Gathers operations to one change a key, so that writing what it gives has the effect of applying them one by one. */
export interface Fold {
  /** Throws invalid `row_operation_invalid`; what was added before stays. */
  add(operation: RowOperation): void;
  /** How many rows it would change, more or less. */
  size(): number;
  /** The end of it. Sums are exact for whole numbers up to 2^53. A table comes twice where one round cannot say it all. */
  changes(): TableChanges[];
}

export function createFold(tables: Readonly<Record<string, readonly string[]>>): Fold {
  const finished: TableChanges[] = [];
  let finishedRows = 0;
  const folds = new Map<string, TableFold>();

  const foldOf = (table: string): TableFold => {
    const known = folds.get(table);
    if (known) return known;
    const keyColumns = tables[table];
    if (!keyColumns) throw invalid('row_operation_invalid', `The projection has no table ${table}`);
    const fold: TableFold = { keyColumns, keys: new Map(), partialRemovals: new Map(), sharing: new Map() };
    folds.set(table, fold);
    return fold;
  };

  return {
    add(operation) {
      const { table, row } = partsOf(operation);
      const fold = foldOf(table);
      checkKey(table, fold.keyColumns, operation, row);
      if ('remove' in operation) {
        remove(fold, operation.key);
        return;
      }
      if (changeRow(entryOf(fold, operation.key), operation, row)) return;
      // Only the database knows what is there by now: write this first, and the rest in a round of its own.
      finished.push(changesOf(table, fold));
      finishedRows += sizeOf(fold);
      folds.delete(table);
      changeRow(entryOf(foldOf(table), operation.key), operation, row);
    },
    size: () => finishedRows + [...folds.values()].reduce((sum, fold) => sum + sizeOf(fold), 0),
    changes: () => [...finished, ...[...folds].map(([table, fold]) => changesOf(table, fold))],
  };
}

const sizeOf = ({ keys, partialRemovals }: TableFold): number => keys.size + partialRemovals.size;

/** The same at once. */
export function foldRowOperations(
  tables: Readonly<Record<string, readonly string[]>>,
  operations: Iterable<RowOperation>,
): TableChanges[] {
  const fold = createFold(tables);
  for (const operation of operations) fold.add(operation);
  return fold.changes();
}

function partsOf(operation: RowOperation): { table: string; row: Row } {
  if ('put' in operation) return { table: operation.put, row: operation.row };
  if ('patch' in operation) return { table: operation.patch, row: operation.row };
  if ('patchIfNewer' in operation) return { table: operation.patchIfNewer, row: operation.row };
  if ('increment' in operation) return { table: operation.increment, row: operation.by };
  return { table: operation.remove, row: {} };
}

function checkKey(table: string, keyColumns: readonly string[], operation: RowOperation, row: Row): void {
  const { key } = operation;
  const given = Object.keys(key);
  const whole = given.length === keyColumns.length;
  const known = given.every((column) => keyColumns.includes(column) && isPlain(key[column]));
  const same = keyColumns.every((column) => !(column in row) || row[column] === key[column]);
  const told = !('patchIfNewer' in operation) || row[operation.by] != null;
  if (known && same && told && (whole || ('remove' in operation && given.length > 0))) return;
  throw invalid('row_operation_invalid', `A change of ${table} needs its key (${keyColumns.join(', ')})`, {
    table,
    key: { ...key },
  });
}

const isPlain = (value: JsonValue | undefined): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** With lengths, so that no two keys are called the same. */
function nameOf(columns: readonly string[], key: Row): string {
  let name = '';
  for (const column of columns) {
    const text = String(key[column]);
    name += `${text.length}:${text}`;
  }
  return name;
}

function entryOf(fold: TableFold, key: Row): KeyFold {
  const name = nameOf(fold.keyColumns, key);
  const known = fold.keys.get(name);
  if (known) return known;
  const entry = foldOfKey(key);
  fold.keys.set(name, entry);
  for (const { columns, keys } of fold.sharing.values()) addSharing(keys, nameOf(columns, key), name);
  return entry;
}

function addSharing(keys: Map<string, Set<string>>, part: string, name: string): void {
  const names = keys.get(part);
  if (names) names.add(name);
  else keys.set(part, new Set([name]));
}

function remove(fold: TableFold, key: Row): void {
  const columns = fold.keyColumns.filter((column) => column in key);
  if (columns.length === fold.keyColumns.length) {
    const entry = entryOf(fold, key);
    removeRow(entry);
    return;
  }
  const columnsName = columns.join('\n');
  let sharing = fold.sharing.get(columnsName);
  if (!sharing) {
    sharing = { columns, keys: new Map() };
    fold.sharing.set(columnsName, sharing);
    for (const [name, entry] of fold.keys) addSharing(sharing.keys, nameOf(columns, entry.key), name);
  }
  const part = nameOf(columns, key);
  // Removals are written first, so only what the batch does to these keys from here on is left to do.
  for (const name of sharing.keys.get(part) ?? []) fold.keys.delete(name);
  sharing.keys.delete(part);
  fold.partialRemovals.set(`${columnsName}\n${part}`, key);
}

function changesOf(table: string, { keyColumns, keys, partialRemovals }: TableFold): TableChanges {
  const removals: Row[] = [...partialRemovals.values()];
  const puts: Row[] = [];
  const patches: Row[] = [];
  const increments: Row[] = [];
  const overwrites: Row[] = [];
  const newerPatches: { by: string; row: Row }[] = [];
  for (const { key, removed, put, patch, increment, overwrite, newer } of keys.values()) {
    if (removed) removals.push(key);
    if (put) puts.push(put);
    if (patch) patches.push({ ...patch, ...key });
    if (increment) increments.push({ ...increment, ...key });
    if (overwrite) overwrites.push({ ...overwrite, ...key });
    if (newer) for (const [by, row] of newer) newerPatches.push({ by, row: { ...row, ...key } });
  }
  return { table, keyColumns, removals, puts, patches, increments, overwrites, newerPatches };
}
