import type { ClientBase, Pool } from 'pg';
import { MediaFlowError, messageOf, unavailable } from '../../../core/errors.js';
import { sqlStateOf, told } from '../connection/database-errors.js';
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

/** For trouble that passes `projection_store_unavailable`, for the rest `projection_write_failed`, with the SQLSTATE. */
export const inPortWords = (error: unknown): MediaFlowError =>
  told(error, {
    passing: (cause) =>
      unavailable('projection_store_unavailable', messageOf(cause), { sqlState: sqlStateOf(cause) }, cause),
    refused: (cause) =>
      new MediaFlowError(
        'internal',
        'projection_write_failed',
        messageOf(cause),
        { sqlState: sqlStateOf(cause) },
        { cause },
      ),
  });
