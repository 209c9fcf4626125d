import type { Query } from '../e2e/support/external-database.js';

/** Every row of every table of ours, of the queue's and of the database's own large objects, as text. */
export async function everythingIn(query: Query): Promise<readonly { table: string; row: string }[]> {
  const tables = await query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const rows: { table: string; row: string }[] = [];
  // One after the other: a query may be a connection, and the server is not this test's alone.
  for (const { name } of tables)
    rows.push(
      ...(await query<{ table: string; row: string }>(
        `select '${name}' as table, t::text as row from ${name} t`,
      )),
    );
  return rows;
}

/** Tables in which one of these texts is to be read, as it is, in JSON, in base64 or in the bytes of a column. */
export async function tablesWith(query: Query, texts: readonly string[]): Promise<string[]> {
  const forms = texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    // Three bytes are four characters of base64: what begins elsewhere reads otherwise.
    const base64 = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .slice(4, -4),
    );
    return [text, JSON.stringify(text).slice(1, -1), bytes.toString('hex'), ...base64];
  });
  const rows = await everythingIn(query);
  return [
    ...new Set(rows.filter(({ row }) => forms.some((form) => row.includes(form))).map(({ table }) => table)),
  ];
}
