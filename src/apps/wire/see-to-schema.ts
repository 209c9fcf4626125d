import { QUEUE_SCHEMA_VERSION } from '../../adapters/pg-boss/schema-version.js';
import { migrate } from '../../adapters/postgres/connection/migrate.js';
import {
  readSchemaStanding,
  type SchemaStanding,
} from '../../adapters/postgres/connection/schema-standing.js';
import type { Logger } from '../../core/logger.js';

const LOOK_EVERY_MILLISECONDS = 1_000;

/** Brings the schema up to date, or waits until `mediaflow migrate` has. Says so when it is of a newer release. */
export async function seeToSchema(options: {
  readonly connectionString: string;
  readonly migratesAtStart: boolean;
  readonly logger: Logger;
}): Promise<void> {
  const { connectionString, migratesAtStart, logger } = options;
  if (migratesAtStart) {
    const migrated = await migrate(connectionString);
    if (migrated.length > 0) logger.info({ migrations: migrated }, 'database schema brought up to date');
  }
  const { unknown } = migratesAtStart
    ? await readSchemaStanding(connectionString)
    : await untilMigrated(connectionString, logger);
  if (unknown.length > 0)
    logger.warn(
      { migrations: unknown },
      'The database schema is of a newer release than this process, which goes on with what it knows',
    );
}

async function untilMigrated(connectionString: string, logger: Logger): Promise<SchemaStanding> {
  for (let isSaid = false; ; isSaid = true) {
    const standing = await readSchemaStanding(connectionString);
    if (standing.missing.length === 0 && standing.queueVersion >= QUEUE_SCHEMA_VERSION) return standing;
    if (!isSaid)
      logger.warn(
        { missing: standing.missing, queueVersion: standing.queueVersion },
        'The database schema is older than this release: waiting for `mediaflow migrate`',
      );
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MILLISECONDS));
  }
}
