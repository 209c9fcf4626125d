/** How a database is reached. */
export interface DatabaseAddress {
  readonly connectionString: string;
  /**
   * Whether it leads through a pooler that may lend each transaction another connection to the server (PgBouncer in transaction
   * mode): nothing that outlives a transaction may be asked of it then, no setting and no prepared statement.
   */
  readonly isPooled?: boolean;
}
