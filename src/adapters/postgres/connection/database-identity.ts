import type { Pool } from 'pg';

/**
 * Tells a database from any other, and from itself once it has been restored from a backup: the cluster, its time line, which every
 * restore to a point in time begins anew, and the database in it.
 */
export async function readDatabaseIdentity(pool: Pick<Pool, 'query'>): Promise<string> {
  const { rows } = await pool.query<{ identity: string }>(
    `select concat_ws('-', (pg_control_system()).system_identifier, (pg_control_checkpoint()).timeline_id, oid) as identity
     from pg_database where datname = current_database()`,
  );
  return rows[0]?.identity ?? '';
}
