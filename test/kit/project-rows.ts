import type { RecordedEvent } from '../../src/core/event.js';
import type { Row, RowOperation } from '../../src/core/projection.js';
import type { AnyProjection, TableChanges } from '../../src/core/projection-store.js';
import type { MediaFlowEvent } from '../../src/domain/index.js';
import { foldRowOperations } from '../../src/runtime/projection/fold-row-operations.js';
import { recorded } from './golden-events.js';

/** What a projection makes of events, one operation after another. */
export const operationsOf = (
  projection: AnyProjection,
  events: readonly RecordedEvent<MediaFlowEvent>[],
): RowOperation[] => events.flatMap((event) => projection.on[event.type]?.(event as never) ?? []);

/** The rows of every table after events that happened one after another from an empty database, by table. */
export function rowsAfter(
  projection: AnyProjection,
  events: readonly MediaFlowEvent[],
): Readonly<Record<string, readonly Row[]>> {
  const tables = new Map(Object.keys(projection.tables).map((table) => [table, [] as Row[]]));
  // An event at a time, as the slowest projector would: folding whole batches has its own specs.
  for (const event of recorded(events))
    for (const changes of foldRowOperations(projection.tables, operationsOf(projection, [event])))
      tables.set(changes.table, applyChanges(tables.get(changes.table) ?? [], changes));
  return Object.fromEntries(tables);
}

/** The rows of a table after changes to it. */
export function applyChanges(rows: readonly Row[], changes: TableChanges): Row[] {
  const shares = (row: Row, key: Row) =>
    Object.entries(key).every(([column, value]) => row[column] === value);
  const isSame = (a: Row, b: Row) => changes.keyColumns.every((column) => a[column] === b[column]);
  const update = (into: Row[], change: Row, merge: (old: Row) => Row) =>
    into.map((row) => (isSame(row, change) ? merge(row) : row));

  let result = rows.filter((row) => !changes.removals.some((key) => shares(row, key)));
  for (const put of changes.puts) result = [...result.filter((row) => !isSame(row, put)), put];
  for (const patch of changes.patches) result = update(result, patch, (row) => ({ ...row, ...patch }));
  for (const increment of changes.increments) {
    const amounts = Object.entries(increment).filter(([column]) => !changes.keyColumns.includes(column));
    const key = Object.fromEntries(changes.keyColumns.map((column) => [column, increment[column] ?? null]));
    if (!result.some((row) => isSame(row, increment))) result.push(key);
    result = update(result, increment, (row) => ({
      ...row,
      ...Object.fromEntries(amounts.map(([column, by]) => [column, Number(row[column] ?? 0) + Number(by)])),
    }));
  }
  for (const change of changes.overwrites) result = update(result, change, (row) => ({ ...row, ...change }));
  for (const { by, row: change } of changes.newerPatches)
    result = update(result, change, (row) =>
      row[by] == null || String(row[by]) <= String(change[by]) ? { ...row, ...change } : row,
    );
  return result;
}
