import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { CuttingProxy } from '../../../../support/cutting-proxy.js';
import type { Disturbance } from './disturbances.js';

const RAW_APPEND = `select append_events(array[$1], array[-1], array[$1], array[0],
  array[$2]::uuid[], array['Raw'], array[1], array['{}'], array['{}'])`;
const OTHERS = 'datname = current_database() and pid <> pg_backend_pid()';

/** Makes something go wrong, and gives the ids of events that it committed itself. */
export async function disturb(what: Disturbance, admin: Pool, proxy: CuttingProxy): Promise<string[]> {
  switch (what.kind) {
    case 'terminate-backends':
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where ${OTHERS} and query like '%append_%('`);
      return [];
    case 'lose-answer':
      proxy.loseAnswerTo('append_to_log');
      return [];
    case 'stalled-writer':
      return stall(what.end, admin);
  }
}

async function stall(end: 'commit' | 'rollback' | 'terminated', admin: Pool): Promise<string[]> {
  const client = await admin.connect();
  client.on('error', () => {});
  const eventId = randomUUID();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await client.query('begin');
    await client.query(RAW_APPEND, [`raw-${eventId}`, eventId]);
    await someoneWaits(admin);
    if (end === 'terminated') await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    else await client.query(end);
    return end === 'commit' ? [eventId] : [];
  } catch {
    // The lock did not come in time, so nothing was written.
    return [];
  } finally {
    client.release(true);
  }
}

/** Until a writer waits for the log's lock, or nobody comes for a quarter of a second: they may all be done. */
async function someoneWaits(admin: Pool): Promise<void> {
  for (const deadline = performance.now() + 250; performance.now() < deadline; ) {
    const { rows } = await admin.query<{ waits: boolean }>(
      `select count(*) > 0 as waits from pg_stat_activity where ${OTHERS} and wait_event = 'advisory'`,
    );
    if (rows[0]?.waits) return;
  }
}
