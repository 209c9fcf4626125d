import { Client } from 'pg';
import { migrations } from '../../../../migrations/index.js';
import { databaseUnavailable } from './database-unavailable.js';
import { patience } from './patience.js';

/** How a database's schema compares with what this release knows. */
export interface SchemaStanding {
  /** Migrations that have not been run there. */
  readonly missing: readonly string[];
  /** Migrations of a newer release that have. */
  readonly unknown: readonly string[];
  /** Of the queue's own schema; 0 while there is none. */
  readonly queueVersion: number;
}

/** Changes nothing. Throws `database_unavailable` when there is no way in. */
export async function readSchemaStanding(connectionString: string): Promise<SchemaStanding> {
  const client = new Client({ connectionString, ...patience });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows: tables } = await client.query<{ ours: boolean; queue: boolean }>(
      `select to_regclass('migrations') is not null as ours, to_regclass('pgboss.version') is not null as queue`,
    );
    const { rows } = tables[0]?.ours
      ? await client.query<{ name: string }>('select name from migrations order by id')
      : { rows: [] };
    const { rows: queue } = tables[0]?.queue
      ? await client.query<{ version: number }>('select version from pgboss.version')
      : { rows: [] };
    const run = rows.map(({ name }) => name);
    const known = migrations.map(({ name }) => name);
    return {
      missing: known.filter((name) => !run.includes(name)),
      unknown: run.filter((name) => !known.includes(name)),
      queueVersion: queue[0]?.version ?? 0,
    };
  } catch (error) {
    throw databaseUnavailable(connectionString, error);
  } finally {
    await client.end().catch(() => {});
  }
}
