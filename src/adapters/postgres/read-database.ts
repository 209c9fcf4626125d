import { DataSource, QueryFailedError } from 'typeorm';
import { unavailable } from '../../core/errors.js';
import type { ReadDatabase } from '../../core/read-database.js';
import { isPassing } from './event-store/database-errors.js';

export interface OpenReadDatabase extends ReadDatabase {
  close(): Promise<void>;
}

/** The read models for queries, through TypeORM's pool. A lost connection is `database_unavailable`. */
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
  return {
    async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
      try {
        return await source.query<Row[]>(sql, [...parameters]);
      } catch (error) {
        if (isPassing(error instanceof QueryFailedError ? error.driverError : error))
          throw unavailable('database_unavailable', 'The database does not answer; try again.', {}, error);
        throw error;
      }
    },
    close: () => source.destroy(),
  };
}
