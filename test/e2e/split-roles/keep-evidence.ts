import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROCESS_NAMES } from './processes.js';
import type { Stage } from './stage.js';

/** Enough to see who is stuck. */
const MOST_ROWS = 500;

/** What a person needs to find out what went wrong: all rows of the database, the store's own log, and what the processes and servers logged. */
export async function keepEvidence(stage: Stage, folder: string): Promise<void> {
  for (const name of PROCESS_NAMES)
    writeFileSync(join(folder, `${name}.log`), stage.processes.log(name).join('\n'));
  for (const log of readdirSync(stage.serverFolder).filter((name) => name.endsWith('.log')))
    copyFileSync(join(stage.serverFolder, log), join(folder, log));
  copyFileSync(stage.journal, join(folder, 'eventstoredb.journal'));
  const tables = await stage.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE' order by 1, 2`,
  );
  const database: Record<string, unknown> = {};
  for (const { schema, name } of tables)
    database[`${schema}.${name}`] = await stage.query(
      `select to_jsonb(t) as row from "${schema}"."${name}" t limit ${MOST_ROWS}`,
    );
  writeFileSync(join(folder, 'database.json'), JSON.stringify(database, null, 1));
}
