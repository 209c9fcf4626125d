import type { Query } from '../support/external-database.js';

/** What a database holds, row by row as JSON: table name → rows. */
export type Tables = Readonly<Record<string, readonly object[]>>;

/** Everything of ours, and the jobs that wait or run. */
export async function readTables(query: Query): Promise<Tables> {
  const ours = await query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const names = [...ours.map(({ name }) => name), 'pgboss.job'];
  const tables = await Promise.all(
    names.map(async (name) => {
      const [found] = await query<{ rows: object[] }>(
        `select coalesce(json_agg(t), '[]') as rows from ${name} t`,
      );
      return [name, found?.rows ?? []] as const;
    }),
  );
  return Object.fromEntries(tables.filter(([, rows]) => rows.length > 0));
}

interface Column {
  readonly name: string;
  readonly isInstant: boolean;
  /** Of a column that counts by itself. */
  readonly sequence: string | null;
}

/** What of time in these is a promise, such as when an upload expires; in the others it is history. */
const PROMISES = ['uploads', 'saga_timers', 'dead_letters', 'pgboss.job'];

/** Fills tables that are there; promises move by as many seconds as have passed since they were read. */
export async function writeTables(query: Query, tables: Tables, secondsSince: number): Promise<void> {
  for (const [table, rows] of Object.entries(tables)) {
    const columns = await columnsOf(query, table);
    const told = columns.filter(({ name }) => name in (rows[0] ?? {}));
    const values = told.map(({ name, isInstant }) =>
      isInstant && PROMISES.includes(table) ? `"${name}" + make_interval(secs => $2)` : `"${name}"`,
    );
    await query(`delete from ${table}`);
    await query(
      `insert into ${table} (${told.map(({ name }) => `"${name}"`).join(', ')}) overriding system value
       select ${values.join(', ')} from json_populate_recordset(null::${table}, $1), (select $2::float8) as shift`,
      [JSON.stringify(rows), secondsSince],
    );
    for (const { name, sequence } of columns)
      if (sequence) await query(`select setval($1, (select max("${name}") from ${table}))`, [sequence]);
  }
}

const columnsOf = (query: Query, table: string): Promise<Column[]> =>
  query<Column>(
    `select attname as name, atttypid = 'timestamptz'::regtype as "isInstant",
       pg_get_serial_sequence($1, attname) as sequence
     from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
