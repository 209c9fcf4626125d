import { migrate } from '../../adapters/postgres/connection/migrate.js';
import type { Logger } from '../../core/logger.js';
import type { Config } from '../config.js';
import { createClosers } from './closers.js';
import { openQueueInDatabase } from './open-job-queue.js';

/** Brings everything in a database up to date, the queue's own schema too. Safe to run beside others that do; they wait. */
export async function migrateAll(options: {
  readonly config: Config;
  readonly connectionString: string;
  readonly logger: Logger;
}): Promise<readonly string[]> {
  const { config, connectionString, logger } = options;
  const migrated = await migrate(connectionString);
  const closers = createClosers(logger);
  await openQueueInDatabase({ config, storage: { connectionString }, logger, closers });
  await closers.closeAll();
  return migrated;
}
