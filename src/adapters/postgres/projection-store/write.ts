import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Row } from '../../../core/projection.js';
import type { TableChanges } from '../../../core/projection-store.js';
import { incomingRows, quote } from './incoming-rows.js';
import { mergeRows, type RowMerge } from './merge-rows.js';
import { flat, mergeStatement, shapeOf } from './merge-statement.js';
import type { ColumnsOf } from './table-columns.js';

const statementNames = new Map<string, string>();

/** A prepared statement spares the database most of the work on a small batch. */
function nameOf(text: string): string {
  const known = statementNames.get(text);
  if (known) return known;
  const name = `projection_${createHash('sha1').update(text).digest('hex')}`;
  statementNames.set(text, name);
  return name;
}

/** Rows that name the same columns, which one statement can write. */
interface Shape {
  readonly columns: readonly string[];
  readonly rows: Row[];
}

function byShape(rows: readonly Row[]): Shape[] {
  const shapes = new Map<string, Shape>();
  for (const row of rows) {
    const columns = Object.keys(row)
      .filter((column) => row[column] !== undefined)
      .sort();
    const name = columns.join('\n');
    const shape = shapes.get(name);
    if (shape) shape.rows.push(row);
    else shapes.set(name, { columns, rows: [row] });
  }
  return [...shapes.values()];
}

/**
 * Writes one table's part of a batch into `target`, a table of the same shape: one statement for each kind of
 * change and set of columns.
 */
export async function writeTableChanges(
  client: ClientBase,
  changes: TableChanges,
  target: string,
  columnsOf: ColumnsOf,
): Promise<void> {
  const table = quote(target);
  const columnsOfTable = await columnsOf(client, target);
  const isKey = (column: string) => changes.keyColumns.includes(column);
  const onKey = (columns: readonly string[] = changes.keyColumns) =>
    columns.map((column) => `live.${quote(column)} = incoming.${quote(column)}`).join(' and ');

  async function writeShape(
    { columns, rows }: Shape,
    statement: (columns: readonly string[], from: string) => string | null,
  ): Promise<void> {
    const incoming = incomingRows(columns, columnsOfTable);
    const text = statement(columns, incoming.from);
    if (text) await client.query({ name: nameOf(text), text, values: incoming.parametersOf(rows) });
  }
  const write = async (rows: readonly Row[], statement: Parameters<typeof writeShape>[1]) => {
    for (const shape of byShape(rows)) await writeShape(shape, statement);
  };

  const insert = (columns: readonly string[], from: string): string => {
    const assignments = [...columnsOfTable]
      .filter(([column, { isGenerated }]) => !isKey(column) && !isGenerated)
      .map(
        ([column]) =>
          `${quote(column)} = ${columns.includes(column) ? `excluded.${quote(column)}` : 'default'}`,
      );
    const names = columns.map(quote).join(', ');
    const onConflict = assignments.length > 0 ? `do update set ${assignments.join(', ')}` : 'do nothing';
    return `insert into ${table} (${names}) select ${names} from ${from}
      on conflict (${changes.keyColumns.map(quote).join(', ')}) ${onConflict}`;
  };
  const update = (columns: readonly string[], from: string, by?: string): string | null => {
    const assignments = columns
      .filter((column) => !isKey(column))
      .map((column) => `${quote(column)} = incoming.${quote(column)}`);
    if (assignments.length === 0) return null;
    const ifNewer = by
      ? ` and (live.${quote(by)} is null or live.${quote(by)} <= incoming.${quote(by)})`
      : '';
    return `update ${table} as live set ${assignments.join(', ')} from ${from} where ${onKey()}${ifNewer}`;
  };

  await write(
    changes.removals,
    (columns, from) => `delete from ${table} as live using ${from} where ${onKey(columns)}`,
  );
  await write(changes.puts, insert);
  await write(changes.patches, update);
  const { merges, rest } = mergeRows(changes);
  for (const alike of Map.groupBy(merges, shapeOf).values()) {
    const like = alike[0] as RowMerge;
    await writeShape({ columns: Object.keys(flat(like)), rows: alike.map(flat) }, (_, from) =>
      mergeStatement(like, table, from, onKey()),
    );
  }
  await write(rest.overwrites, update);
  for (const [by, patches] of Map.groupBy(rest.newerPatches, (patch) => patch.by))
    await write(
      patches.map(({ row }) => row),
      (columns, from) => update(columns, from, by),
    );
}
