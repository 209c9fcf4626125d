import type { ClientBase, Pool, PoolClient } from 'pg';
import { MediaFlowError, messageOf, unavailable } from '../../core/errors.js';

/**
 * Losing the last moment of a view in a crash costs replaying that moment, since the checkpoint is lost with it, so
 * commits need not wait for the disk. And a plan made while a table was small must not scan it once it is big.
 */
const BEGIN = `begin; set local synchronous_commit = off; set local enable_seqscan = off;
  set local enable_hashjoin = off; set local enable_mergejoin = off; set local idle_in_transaction_session_timeout = '30s'`;

/** Runs `work` in a transaction of its own; errors come out in the port's words. */
export async function inTransaction<T>(pool: Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  return withClient(pool, (client) => inTransactionOf(client, work));
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
    await client.query('rollback').catch(() => {}); // a lost connection has rolled back by itself
    throw inPortWords(error);
  }
}

async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw inPortWords(error);
  });
  let lost: Error | undefined;
  const onError = (error: Error) => {
    lost = error;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    if (error instanceof MediaFlowError && error.kind === 'unavailable') lost ??= error;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(lost);
  }
}

/** SQLSTATE classes that mean the data or the statement is wrong, so that trying again cannot help. */
const PERMANENT_CLASSES = ['0A', '21', '22', '23', '42', '44', 'P0'];

/** `unavailable` for what waiting can cure (connection, shutdown, deadlock, full disk), `internal` for the rest. */
export function inPortWords(error: unknown): MediaFlowError {
  if (error instanceof MediaFlowError) return error;
  const sqlState = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (PERMANENT_CLASSES.includes(sqlState.slice(0, 2)) && sqlState.length === 5)
    return new MediaFlowError(
      'internal',
      'projection_write_failed',
      messageOf(error),
      { sqlState },
      { cause: error },
    );
  return unavailable('projection_store_unavailable', messageOf(error), { sqlState }, error);
}
