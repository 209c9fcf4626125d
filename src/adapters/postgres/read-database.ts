import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { ReadDatabase } from '../../core/read-database.js';
import { orUnavailable } from './database-errors.js';
import { patience, soon } from './patience.js';
import { createStatementNames, isOutdatedPlan } from './statement-names.js';

export interface OpenReadDatabase extends ReadDatabase {
  close(): Promise<void>;
}

/** The read models for queries, on connections of TypeORM's pool. A lost connection is `database_unavailable`. */
export async function openReadDatabase(options: {
  readonly connectionString: string;
  readonly maximumConnections?: number;
}): Promise<OpenReadDatabase> {
  const source = new DataSource({
    type: 'postgres',
    url: options.connectionString,
    logging: false,
    extra: {
      max: options.maximumConnections ?? 8,
      ...patience,
      ...soon,
      // The server's word comes first, and ends the work as well.
      statement_timeout: soon.query_timeout - 1_000,
      application_name: 'mediaflow-queries',
    },
    poolErrorHandler: () => {}, // an idle connection that breaks is replaced at the next query
  });
  await source.initialize();
  const nameOf = createStatementNames('query');

  // TypeORM's own `query` cannot name a statement, and planning costs more than running most of ours. And of its
  // runners a connection that has fallen silent would go back into the pool.
  const pool: Pool = (source.driver as PostgresDriver).master;

  async function run<Row extends object>(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    const statement = { text, values: [...parameters] };
    const { rows } = await pool.query<Row>({ ...statement, ...nameOf(text) }).catch((error: unknown) => {
      if (isOutdatedPlan(error)) return pool.query<Row>(statement);
      throw error;
    });
    return rows;
  }

  return {
    query: <Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
      run<Row>(sql, parameters).catch(orUnavailable('database_unavailable')),
    close: () => source.destroy(),
  };
}
