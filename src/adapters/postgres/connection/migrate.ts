import { DataSource } from 'typeorm';
import { migrations } from '../../../../migrations/index.js';
import { databaseUnavailable } from './database-unavailable.js';
import { patience } from './patience.js';

/**
 * Brings the schema to the newest version, one process at a time. Safe to call at every start. Throws
 * `database_unavailable` when there is no way in.
 */
export async function migrate(connectionString: string): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: connectionString,
    migrations: [...migrations],
    logging: false,
    // However long a migration takes, or another process's; but a host that is not there is said to be.
    extra: { ...patience, query_timeout: 0 },
  });
  await source.initialize().catch((error: unknown) => {
    throw databaseUnavailable(connectionString, error);
  });
  const runner = source.createQueryRunner();
  try {
    // Two processes that start together must not both create the tables.
    await runner.query(`select pg_advisory_lock(hashtext('mediaflow:migrations'))`);
    try {
      const run = await source.runMigrations({ transaction: 'each' });
      return run.map((migration) => migration.name);
    } finally {
      await runner.query(`select pg_advisory_unlock(hashtext('mediaflow:migrations'))`);
    }
  } finally {
    await runner.release();
    await source.destroy();
  }
}
