import { invalid } from '../../core/errors.js';
import type { JsonValue } from '../../core/json.js';
import type { Row, RowOperation } from '../../core/projection.js';
import type { TableChanges } from '../../core/projection-store.js';
import { addNewerPatch, type NewerPatches, setsAnyOf } from './fold-newer-patches.js';

type Columns = Record<string, JsonValue>;

/** All that a batch does to one key. Without a `put` or a removal, the row may or may not exist beforehand. */
interface KeyFold {
  readonly key: Row;
  removed: boolean;
  put: Columns | null;
  patch: Columns | null;
  increment: Columns | null;
  /** Set after the increment, which has made sure that the row exists. */
  overwrite: Columns | null;
  /** Last of all; the row may or may not exist then. */
  newer: NewerPatches;
}

interface TableFold {
  readonly keyColumns: readonly string[];
  readonly keys: Map<string, KeyFold>;
  readonly partialRemovals: Map<string, Row>;
  /** For each set of key columns that a partial removal used: part of the key → the keys that share it. */
  readonly sharing: Map<string, { columns: readonly string[]; keys: Map<string, Set<string>> }>;
}

/**
 * Folds operations into one change a key, so that applying the result has the effect of applying them one by one.
 * Sums are exact for whole numbers up to 2^53. A table comes twice in the result where one round cannot say it all.
 * Throws invalid `row_operation_invalid`.
 */
export function foldRowOperations(
  tables: Readonly<Record<string, readonly string[]>>,
  operations: Iterable<RowOperation>,
): TableChanges[] {
  const finished: TableChanges[] = [];
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

  for (const operation of operations) {
    const { table, row } = partsOf(operation);
    const fold = foldOf(table);
    checkKey(table, fold.keyColumns, operation, row);
    if ('remove' in operation) {
      remove(fold, operation.key);
      continue;
    }
    const entry = entryOf(fold, operation.key);
    if (change(entry, operation, row)) continue;
    // Only the database knows what is there by now: write this first, and the rest in a round of its own.
    finished.push(changesOf(table, fold));
    folds.delete(table);
    change(entryOf(foldOf(table), operation.key), operation, row);
  }
  for (const [table, fold] of folds) finished.push(changesOf(table, fold));
  return finished;
}

/** False, and nothing has changed, when what comes before has to be written first. */
function change(entry: KeyFold, operation: RowOperation, row: Row): boolean {
  if ('put' in operation) putRow(entry, row);
  else if ('patchIfNewer' in operation) return entry.removed || addNewerPatch(entry.newer, operation.by, row);
  else if (setsAnyOf(entry.newer, Object.keys(row))) return false;
  else if ('patch' in operation) patchRow(entry, row);
  // An increment may make the row, which the patches before it must not find.
  else if (entry.newer.size > 0 && !entry.put && !entry.increment) return false;
  else return incrementRow(entry, row as Readonly<Record<string, number>>);
  return true;
}

function partsOf(operation: RowOperation): { table: string; row: Row } {
  if ('put' in operation) return { table: operation.put, row: operation.row };
  if ('patch' in operation) return { table: operation.patch, row: operation.row };
  if ('patchIfNewer' in operation) return { table: operation.patchIfNewer, row: operation.row };
  if ('increment' in operation) return { table: operation.increment, row: operation.by };
  return { table: operation.remove, row: {} };
}

function checkKey(table: string, keyColumns: readonly string[], operation: RowOperation, row: Row): void {
  const given = Object.keys(operation.key);
  const whole = given.length === keyColumns.length;
  const known = given.every((column) => keyColumns.includes(column));
  const plain = given.every((column) =>
    ['string', 'number', 'boolean'].includes(typeof operation.key[column]),
  );
  const same = keyColumns.every((column) => !(column in row) || row[column] === operation.key[column]);
  const told = !('patchIfNewer' in operation) || row[operation.by] != null;
  if (known && plain && same && told && (whole || ('remove' in operation && given.length > 0))) return;
  throw invalid('row_operation_invalid', `A change of ${table} needs its key (${keyColumns.join(', ')})`, {
    table,
    key: { ...operation.key },
  });
}

const nameOf = (columns: readonly string[], key: Row): string =>
  JSON.stringify(columns.map((column) => String(key[column])));

function entryOf(fold: TableFold, key: Row): KeyFold {
  const name = nameOf(fold.keyColumns, key);
  const known = fold.keys.get(name);
  if (known) return known;
  const entry: KeyFold = { key, removed: false, ...nothing() };
  fold.keys.set(name, entry);
  for (const { columns, keys } of fold.sharing.values()) addSharing(keys, nameOf(columns, key), name);
  return entry;
}

const nothing = (): Omit<KeyFold, 'key' | 'removed'> => ({
  put: null,
  patch: null,
  increment: null,
  overwrite: null,
  newer: new Map(),
});

function addSharing(keys: Map<string, Set<string>>, part: string, name: string): void {
  const names = keys.get(part);
  if (names) names.add(name);
  else keys.set(part, new Set([name]));
}

function putRow(entry: KeyFold, row: Row): void {
  Object.assign(entry, nothing(), { removed: false, put: { ...row } });
}

function patchRow(entry: KeyFold, row: Row): void {
  if (entry.removed) return;
  if (entry.put) {
    Object.assign(entry.put, row);
    for (const column of Object.keys(row)) delete entry.increment?.[column];
  } else if (entry.increment) entry.overwrite = { ...entry.overwrite, ...row };
  else entry.patch = { ...entry.patch, ...row };
}

/** False when the amount meets a value that is no number here, such as '5'; then nothing has changed. */
function incrementRow(entry: KeyFold, by: Readonly<Record<string, number>>): boolean {
  if (entry.removed) {
    putRow(entry, by);
    return true;
  }
  const known = entry.put ?? entry.overwrite ?? {};
  const isSet = (column: string) => known[column] !== undefined;
  if (Object.keys(by).some((column) => known[column] != null && typeof known[column] !== 'number'))
    return false;
  if (!entry.put) entry.increment ??= {};
  for (const [column, amount] of Object.entries(by)) {
    if (isSet(column)) known[column] = add(known[column], amount);
    else {
      entry.increment ??= {};
      entry.increment[column] = add(entry.increment[column], amount);
    }
  }
  return true;
}

const add = (value: JsonValue | undefined, amount: number): number =>
  (typeof value === 'number' ? value : 0) + amount;

function remove(fold: TableFold, key: Row): void {
  const columns = fold.keyColumns.filter((column) => column in key);
  if (columns.length === fold.keyColumns.length) {
    const entry = entryOf(fold, key);
    Object.assign(entry, nothing(), { removed: true });
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

function changesOf(table: string, fold: TableFold): TableChanges {
  const entries = [...fold.keys.values()];
  const rows = (pick: (entry: KeyFold) => Columns | null): Row[] =>
    entries.flatMap((entry) => {
      const columns = pick(entry);
      return columns ? [{ ...columns, ...entry.key }] : [];
    });
  return {
    table,
    keyColumns: fold.keyColumns,
    removals: [
      ...fold.partialRemovals.values(),
      ...entries.flatMap((entry) => (entry.removed ? [entry.key] : [])),
    ],
    puts: rows((entry) => entry.put),
    patches: rows((entry) => entry.patch),
    increments: rows((entry) => entry.increment),
    overwrites: rows((entry) => entry.overwrite),
    newerPatches: entries.flatMap(({ key, newer }) =>
      [...newer].map(([by, row]) => ({ by, row: { ...row, ...key } })),
    ),
  };
}
