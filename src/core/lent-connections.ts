/** What a pool of PostgreSQL connections tells of one that was given back; `pg` has it in this form. */
interface LentConnection {
  /** Of its last answer: `I` at rest, `T` in a transaction, `E` in one that has failed; null before the first. */
  getTransactionStatus(): 'I' | 'T' | 'E' | null;
  end(): Promise<void>;
}

interface Pool {
  /** Told before the pool has taken the connection back, which it throws away when it is ended by then. */
  on(event: 'release', listener: (error: Error | undefined, connection: LentConnection) => void): unknown;
}

/**
 * Keeps connections out of the pool that come back in a transaction, or before their statements have all been answered
 * (so that nobody knows what they leave): the next borrower would write inside a stranger's transaction and be told it
 * is done, before a commit that may never come. The server rolls back what such a connection had open. Every pool
 * is given to this, since no borrower can be trusted to the last of its failures.
 */
export function lendOnlyAtRest(pool: Pool): void {
  pool.on('release', (error, connection) => {
    if (error) return; // the pool throws it away
    const status = connection.getTransactionStatus();
    // Null: it comes back unused, since its borrower had stopped waiting before it was there.
    if (status === null || (status === 'I' && isAnswered(connection))) return;
    connection.end().catch(() => {});
  });
}

/** `pg` keeps this on each client, and its types leave it out. */
const isAnswered = (connection: LentConnection): boolean =>
  'readyForQuery' in connection && connection.readyForQuery === true;
