import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Row } from '../../../core/projection.js';
import type { TableChanges } from '../../../core/projection-store.js';
import { incomingRows, quote } from './incoming-rows.js';
import { mergeRows, type RowMerge } from './merge-rows.js';
import { flat, mergeStatement, shapeOf } from './merge-statement.js';
import type { Columns, ColumnsOf } from './table-columns.js';

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
export interface Shape {
  readonly columns: readonly string[];
  readonly rows: Row[];
}

/** Another way for whole rows into a table, which gives false where it has changed nothing. */
export type PutRows = (client: ClientBase, target: string, rows: Shape, columns: Columns) => Promise<boolean>;

function byShape(rows: readonly Row[]): Iterable<Shape> {
  const shapes = new Map<string, Shape>();
  /** Rows mostly name their columns in the same order, which spares sorting them. */
  const inOrder = new Map<string, Shape>();
  for (const row of rows) {
    let order = '';
    for (const column in row) if (row[column] !== undefined) order += `${column}\n`;
    const known = inOrder.get(order);
    if (known) {
      known.rows.push(row);
      continue;
    }
    const columns = order.split('\n').slice(0, -1).sort();
    const name = columns.join('\n');
    const shape = shapes.get(name) ?? { columns, rows: [] };
    shape.rows.push(row);
    shapes.set(name, shape);
    inOrder.set(order, shape);
  }
  return shapes.values();
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
  putRows: PutRows = async () => false,
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
  for (const shape of byShape(changes.puts))
    if (!(await putRows(client, target, shape, columnsOfTable))) await writeShape(shape, insert);
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
