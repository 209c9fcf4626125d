import type { ClientBase } from 'pg';
import { invalid } from '../../../core/errors.js';

/** Where a rebuild writes the rows of a live table. */
export function rebuildTableOf(table: string): string {
  const name = `${table}__rebuild`;
  // PostgreSQL would cut a longer name silently.
  if (name.length > 63) throw invalid('table_name_too_long', `${table} is too long a name to be rebuilt`);
  return name;
}

export async function createRebuildTables(client: ClientBase, tables: readonly string[]): Promise<void> {
  for (const table of tables)
    await client.query(`create table "${rebuildTableOf(table)}" (like "${table}" including all)`);
}

export async function dropRebuildTables(client: ClientBase, tables: readonly string[]): Promise<void> {
  for (const table of tables) await client.query(`drop table if exists "${rebuildTableOf(table)}"`);
}

/** Whether the tables of a rebuild still look like the live ones: a migration may have come in between. */
export async function tablesFit(client: ClientBase, tables: readonly string[]): Promise<boolean> {
  for (const table of tables) {
    const live = await shapeOf(client, table);
    if (live === null || live !== (await shapeOf(client, rebuildTableOf(table)))) return false;
  }
  return true;
}

/** Columns and indexes in words, names of indexes left out; null when there is no such table. */
async function shapeOf(client: ClientBase, table: string): Promise<string | null> {
  const { rows } = await client.query<{ shape: string | null }>(
    `select (
       select string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
         attgenerated, pg_get_expr(adbin, adrelid)), ', ' order by attnum)
       from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
       where attrelid = to_regclass(quote_ident($1)) and attnum > 0 and not attisdropped
     ) || ' / ' || (
       select coalesce(string_agg(${INDEX_SHAPE}, ', ' order by ${INDEX_SHAPE}), '')
       from pg_index where indrelid = to_regclass(quote_ident($1))
     ) as shape`,
    [table],
  );
  return rows[0]?.shape ?? null;
}

/** What an index is, but for its name and its table's. */
const INDEX_SHAPE = `concat(indisunique, ' ', substring(pg_get_indexdef(indexrelid) from ' USING .*$'))`;

interface IndexName {
  readonly live: string;
  readonly rebuilt: string;
}

/** Pairs every index of a rebuilt table with the live one it replaces, so that migrations find it by its name. */
export async function pairIndexes(client: ClientBase, table: string): Promise<IndexName[]> {
  const numbered = `select relname as name, ${INDEX_SHAPE} as shape,
      row_number() over (partition by ${INDEX_SHAPE} order by relname) as number
    from pg_index join pg_class on pg_class.oid = indexrelid`;
  const { rows } = await client.query<IndexName>(
    `select live.name as live, rebuilt.name as rebuilt
     from (${numbered} where indrelid = to_regclass(quote_ident($1))) as live
     join (${numbered} where indrelid = to_regclass(quote_ident($2))) as rebuilt using (shape, number)`,
    [table, rebuildTableOf(table)],
  );
  return rows;
}
