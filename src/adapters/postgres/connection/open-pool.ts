import pg from 'pg';
import { messageOf } from '../../../core/errors.js';
import { lendOnlyAtRest } from '../../../core/lent-connections.js';
import type { Logger } from '../../../core/logger.js';
import type { DatabaseAddress } from './database-address.js';
import { patience } from './patience.js';
import { unnamedStatements } from './unnamed-statements.js';

/** The connections of everything that writes, and of the stores' own reads. They are made as they are used. */
export function openPool(
  options: DatabaseAddress & {
    readonly maximumConnections: number;
    readonly logger: Logger;
    /** Told of each connection that ends and was not to, whoever uses it. */
    readonly onLost?: () => void;
  },
): pg.Pool {
  const { connectionString, isPooled = false, maximumConnections, logger, onLost = () => {} } = options;
  const pool = new pg.Pool({
    connectionString,
    max: maximumConnections,
    ...patience,
    application_name: 'mediaflow',
  });
  let isLossTold = false;
  pool.on('error', (error) => {
    // It is ended before its connections are: a server that stops then ends them first.
    if (pool.ending || isLossTold) return;
    isLossTold = true;
    logger.warn({ error: messageOf(error) }, 'database connection lost');
  });
  pool.on('connect', (client) => {
    // A server that stops takes all connections with it, which is one loss.
    isLossTold = false;
    // One lost while checked out tells its borrower and then nobody: without a listener that ends the process.
    client.on('error', onLost);
  });
  lendOnlyAtRest(pool);
  if (isPooled) unnamedStatements(pool);
  return pool;
}
