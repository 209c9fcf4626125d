import type { Pool } from 'pg';
import { openPool } from '../../../../src/adapters/postgres/connection/open-pool.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import type { PgBouncer } from '../../../support/pgbouncer.js';

export interface PooledDatabase {
  readonly direct: TestDatabase;
  /** By way of the pooler. */
  readonly url: string;
  readonly pool: Pool;
  drop(): Promise<void>;
}

/** A database of a test file's own, as the product opens one that is behind a pooler. */
export async function openPooledDatabase(bouncer: PgBouncer): Promise<PooledDatabase> {
  const direct = await createTestDatabase();
  const url = bouncer.urlOf(direct.url);
  const pool = openPool({
    ...{ connectionString: url, isPooled: true, maximumConnections: 16, logger: silentLogger },
  });
  return {
    direct,
    url,
    pool,
    async drop() {
      await pool.end();
      await direct.drop();
    },
  };
}
