import type { Pool } from 'pg';

/** Whether, once `write` has changed something and is over, its change is on the disk, as far as the write-ahead log tells. */
export async function isFlushedAfter(pool: Pool, write: () => Promise<unknown>): Promise<boolean> {
  const { rows: before } = await pool.query('select pg_current_wal_insert_lsn()::text as place');
  await write();
  const { rows: after } = await pool.query('select pg_current_wal_flush_lsn() > $1::pg_lsn as flushed', [
    before[0].place,
  ]);
  return after[0].flushed;
}
