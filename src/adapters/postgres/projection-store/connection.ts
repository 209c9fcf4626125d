import { type ClientBase, DatabaseError, type Pool } from 'pg';
import { MediaFlowError, messageOf, unavailable } from '../../../core/errors.js';
import { isDiskFull, isPassing } from '../connection/database-errors.js';
import { atOnce } from '../connection/patience.js';
import { withClient } from '../connection/with-client.js';

/**
 * Losing the last moment of a view in a crash costs replaying that moment, since the checkpoint is lost with it, so
 * commits need not wait for the disk. And a plan made while a table was small must not scan it once it is big.
 */
const BEGIN = `begin; set local synchronous_commit = off; set local enable_seqscan = off;
  set local enable_hashjoin = off; set local enable_mergejoin = off; set local idle_in_transaction_session_timeout = '30s'`;

/** Runs `work` in a transaction of its own; errors come out in the port's words. */
export async function inTransaction<T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  return withClient(pool, (client) => inTransactionOf(client, work)).catch((error: unknown) => {
    throw inPortWords(error);
  });
}

/** The same on a connection that is held already. */
export async function inTransactionOf<T>(
  client: ClientBase,
  work: (client: ClientBase) => Promise<T>,
  begin: string = BEGIN,
): Promise<T> {
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query({ ...atOnce, text: 'rollback' }).catch(() => {}); // a lost connection has rolled back by itself
    throw inPortWords(error);
  }
}

/** `unavailable` for what waiting can cure (connection, shutdown, deadlock, full disk), `internal` for the rest. */
export function inPortWords(error: unknown): MediaFlowError {
  if (error instanceof MediaFlowError) return error;
  const sqlState = error instanceof DatabaseError ? (error.code ?? '') : '';
  if (isPassing(error) || isDiskFull(error))
    return unavailable('projection_store_unavailable', messageOf(error), { sqlState }, error);
  return new MediaFlowError(
    'internal',
    'projection_write_failed',
    messageOf(error),
    { sqlState },
    { cause: error },
  );
}
