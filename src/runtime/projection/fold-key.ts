import type { JsonValue } from '../../core/json.js';
import type { Row, RowOperation } from '../../core/projection.js';
import { addNewerPatch, type NewerPatches, setsAnyOf } from './fold-newer-patches.js';

type Columns = Record<string, JsonValue>;

/** All that a batch does to one key. Without a `put` or a removal, the row may or may not exist beforehand. */
export interface KeyFold {
  readonly key: Row;
  removed: boolean;
  /** With the key. */
  put: Columns | null;
  patch: Columns | null;
  increment: Columns | null;
  /** Set after the increment, which has made sure that the row exists. */
  overwrite: Columns | null;
  /** Last of all; the row may or may not exist then. */
  newer: NewerPatches | null;
}

export const foldOfKey = (key: Row): KeyFold => ({
  key,
  removed: false,
  put: null,
  patch: null,
  increment: null,
  overwrite: null,
  newer: null,
});

/** False, and nothing has changed, when what comes before has to be written first. */
export function changeRow(entry: KeyFold, operation: RowOperation, row: Row): boolean {
  if ('put' in operation) putRow(entry, row);
  else if ('patchIfNewer' in operation) {
    if (entry.removed) return true;
    entry.newer ??= new Map();
    return addNewerPatch(entry.newer, operation.by, row);
  } else if (entry.newer && setsAnyOf(entry.newer, Object.keys(row))) return false;
  else if ('patch' in operation) patchRow(entry, row);
  // An increment may make the row, which the patches before it must not find.
  else if (entry.newer && !entry.put && !entry.increment) return false;
  else return incrementRow(entry, row as Readonly<Record<string, number>>);
  return true;
}

export function removeRow(entry: KeyFold): void {
  forget(entry);
  entry.removed = true;
}

function forget(entry: KeyFold): void {
  entry.put = entry.patch = entry.increment = entry.overwrite = entry.newer = null;
}

function putRow(entry: KeyFold, row: Row): void {
  forget(entry);
  entry.removed = false;
  entry.put = { ...row, ...entry.key };
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
  const known = entry.put ?? entry.overwrite;
  for (const column in by) if (known?.[column] != null && typeof known[column] !== 'number') return false;
  if (!entry.put) entry.increment ??= {};
  for (const column in by) {
    const amount = by[column] ?? 0;
    if (known && known[column] !== undefined) known[column] = add(known[column], amount);
    else {
      entry.increment ??= {};
      entry.increment[column] = add(entry.increment[column], amount);
    }
  }
  return true;
}

const add = (value: JsonValue | undefined, amount: number): number =>
  (typeof value === 'number' ? value : 0) + amount;
