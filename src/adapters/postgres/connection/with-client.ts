import type { Pool, PoolClient } from 'pg';

/**
 * Lends a connection of the pool for some work, and throws it away when the work fails or has no answer in time: it
 * may be broken, or have a transaction open.
 */
export async function withClient<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  limitMilliseconds?: number,
): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks between two statements says so here; the next statement fails in any case.
  const ignore = () => {};
  client.on('error', ignore);
  let timer: NodeJS.Timeout | undefined;
  const noAnswer = new Promise<never>((_, reject) => {
    if (limitMilliseconds !== undefined)
      timer = setTimeout(() => reject(new Error('PostgreSQL did not answer in time')), limitMilliseconds);
  });
  try {
    const result = await Promise.race([work(client), noAnswer]);
    client.removeListener('error', ignore);
    client.release();
    return result;
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
