import type { ClientBase } from 'pg';

export interface Column {
  /** In SQL, e.g. `timestamp with time zone`. */
  readonly type: string;
  readonly isArray: boolean;
  readonly isJson: boolean;
  readonly isGenerated: boolean;
}

export type Columns = ReadonlyMap<string, Column>;
export type ColumnsOf = (client: ClientBase, table: string) => Promise<Columns>;

/** The columns of tables in their order, remembered from the first question on. */
export function rememberColumns(): ColumnsOf {
  const known = new Map<string, Columns>();
  return async (client, table) => {
    const columns = known.get(table);
    if (columns) return columns;
    const { rows } = await client.query<Column & { name: string }>(
      `select attname as name, format_type(atttypid, atttypmod) as type, typcategory = 'A' as "isArray",
         atttypid in ('json'::regtype, 'jsonb'::regtype) as "isJson", attgenerated <> '' as "isGenerated"
       from pg_attribute join pg_type on pg_type.oid = atttypid
       where attrelid = to_regclass(quote_ident($1)) and attnum > 0 and not attisdropped
       order by attnum`,
      [table],
    );
    const found = new Map(rows.map(({ name, ...column }) => [name, column]));
    known.set(table, found);
    return found;
  };
}
