import type { ClientBase } from 'pg';
import { DataSource } from 'typeorm';
import { unavailable } from '../../core/errors.js';
import type { ReadDatabase } from '../../core/read-database.js';
import { isPassing } from './event-store/database-errors.js';
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
      statement_timeout: 15_000,
      application_name: 'mediaflow-queries',
    },
    poolErrorHandler: () => {}, // an idle connection that breaks is replaced at the next query
  });
  await source.initialize();
  const nameOf = createStatementNames('query');

  async function run<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    // TypeORM's own `query` cannot name a statement, and planning costs more than running most of ours.
    const runner = source.createQueryRunner();
    try {
      const client: ClientBase = await runner.connect();
      const statement = { text, values: [...values] };
      const { rows } = await client.query<Row>({ ...statement, ...nameOf(text) }).catch((error: unknown) => {
        if (isOutdatedPlan(error)) return client.query<Row>(statement);
        throw error;
      });
      return rows;
    } finally {
      await runner.release();
    }
  }

  return {
    async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
      try {
        return await run<Row>(sql, parameters);
      } catch (error) {
        if (isPassing(error))
          throw unavailable('database_unavailable', 'The database does not answer; try again.', {}, error);
        throw error;
      }
    },
    close: () => source.destroy(),
  };
}
