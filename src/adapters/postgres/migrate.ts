import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';

/** Brings the schema to the newest version, one process at a time. Safe to call at every start. */
export async function migrate(connectionString: string): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url: connectionString,
    migrations: [...migrations],
    logging: false,
  });
  await source.initialize();
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
