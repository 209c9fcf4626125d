import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { APPLICATION_ROLE } from '../../src/adapters/embedded-postgres/layout.js';
import { createListener, type Listener } from '../../src/adapters/postgres/connection/listener.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { silentLogger } from '../../src/core/logger.js';

export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly listener: Listener;
  drop(): Promise<void>;
}

/** A fresh database of the application's role on the run's server, migrated to the newest schema unless told otherwise; drop it in `afterAll`. */
export async function createTestDatabase({ isMigrated = true } = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const connectionString = inject('administratorUrl');
  if (!connectionString)
    throw new Error('PostgreSQL does not run. Start it with: npm run services -- up postgres');
  const admin = new pg.Pool({ connectionString, max: 1 });
  await admin.query(`create database ${name} owner ${APPLICATION_ROLE}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  if (isMigrated) await migrate(url.href);
  const pool = new pg.Pool({ connectionString: url.href, max: 20 });
  pool.on('error', () => {}); // a dropped database ends idle connections
  // One that ends while it is checked out tells nobody else: without a listener that ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const listener = createListener({ connectionString: url.href, logger: silentLogger });
  return {
    url: url.href,
    pool,
    listener,
    async drop() {
      await listener.close();
      await pool.end();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
