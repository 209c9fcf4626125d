import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Row } from '../../../core/projection.js';
import type { TableChanges } from '../../../core/projection-store.js';
import { mergeRows, type RowMerge } from './merge-rows.js';
import { flat, incomingRows, mergeStatement, quote, shapeOf } from './merge-statement.js';

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

export type ColumnsOf = (client: ClientBase, table: string) => Promise<readonly string[]>;

/** The columns a put must set, generated ones excepted, remembered from the first question on. */
export function writableColumns(): ColumnsOf {
  const known = new Map<string, readonly string[]>();
  return async (client, table) => {
    const columns = known.get(table);
    if (columns) return columns;
    const { rows } = await client.query<{ name: string }>(
      `select attname as name from pg_attribute
       where attrelid = to_regclass(quote_ident($1)) and attnum > 0 and not attisdropped and attgenerated = ''
       order by attnum`,
      [table],
    );
    const found = rows.map(({ name }) => name);
    known.set(table, found);
    return found;
  };
}

/**
 * Writes one table's part of a batch into `target`, a table of the same shape: one statement for each kind of
 * change and set of columns. PostgreSQL itself reads the rows, so values take the columns' types.
 */
export async function writeTableChanges(
  client: ClientBase,
  changes: TableChanges,
  target: string,
  columnsOf: ColumnsOf,
): Promise<void> {
  const table = quote(target);
  const incoming = incomingRows(table);
  const onKey = (columns: readonly string[]) =>
    columns.map((column) => `live.${quote(column)} = incoming.${quote(column)}`).join(' and ');
  const list = (columns: readonly string[], prefix = '') =>
    columns.map((column) => `${prefix}${quote(column)}`).join(', ');
  const isKey = (column: string) => changes.keyColumns.includes(column);
  const write = async (rows: readonly Row[], statement: (columns: readonly string[]) => string | null) => {
    for (const shape of byShape(rows)) {
      const text = statement(shape.columns);
      if (text) await client.query({ name: nameOf(text), text, values: [JSON.stringify(shape.rows)] });
    }
  };
  const update = (columns: readonly string[], by?: string) => {
    const assignments = columns
      .filter((column) => !isKey(column))
      .map((column) => `${quote(column)} = incoming.${quote(column)}`);
    if (assignments.length === 0) return null;
    const ifNewer = by
      ? ` and (live.${quote(by)} is null or live.${quote(by)} <= incoming.${quote(by)})`
      : '';
    return `update ${table} as live set ${assignments.join(', ')} from ${incoming} where ${onKey(changes.keyColumns)}${ifNewer}`;
  };

  await write(
    changes.removals,
    (columns) => `delete from ${table} as live using ${incoming} where ${onKey(columns)}`,
  );
  if (changes.puts.length > 0) {
    const all = await columnsOf(client, target);
    await write(changes.puts, (columns) => {
      const assignments = all
        .filter((column) => !isKey(column))
        .map(
          (column) =>
            `${quote(column)} = ${columns.includes(column) ? `excluded.${quote(column)}` : 'default'}`,
        );
      const onConflict = assignments.length > 0 ? `do update set ${assignments.join(', ')}` : 'do nothing';
      return `insert into ${table} (${list(columns)}) select ${list(columns, 'incoming.')} from ${incoming}
        on conflict (${list(changes.keyColumns)}) ${onConflict}`;
    });
  }
  await write(changes.patches, (columns) => update(columns));
  const { merges, rest } = mergeRows(changes);
  for (const alike of Map.groupBy(merges, shapeOf).values()) {
    const text = mergeStatement(alike[0] as RowMerge, table, onKey(changes.keyColumns));
    await client.query({ name: nameOf(text), text, values: [JSON.stringify(alike.map(flat))] });
  }
  await write(rest.overwrites, (columns) => update(columns));
  for (const [by, patches] of Map.groupBy(rest.newerPatches, (patch) => patch.by))
    await write(
      patches.map(({ row }) => row),
      (columns) => update(columns, by),
    );
}
