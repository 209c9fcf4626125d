import type { Pool } from 'pg';

/** Whether who connects may do everything on the server: read its files, run programs as its user. */
export async function connectsAsSuperuser(pool: Pick<Pool, 'query'>): Promise<boolean> {
  const { rows } = await pool.query<{ rolsuper: boolean }>(
    'select rolsuper from pg_roles where rolname = current_user',
  );
  return rows[0]?.rolsuper === true;
}
