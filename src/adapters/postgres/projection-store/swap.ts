import type { ClientBase } from 'pg';
import { conflict, MediaFlowError } from '../../../core/errors.js';
import type { AnyProjection } from '../../../core/projection-store.js';
import { PROJECTIONS_CHANNEL, VIEW_NEWS_CHANNEL } from './channel.js';
import { inTransactionOf } from './connection.js';
import { pairIndexes, rebuildTableOf, tablesFit } from './tables.js';

const BEGIN = `begin; set local idle_in_transaction_session_timeout = '30s'`;

/**
 * Sends an autovacuum of these tables away, which gives up its work only for a lock that somebody has waited for
 * longer than `deadlock_timeout`. Neither readers nor the projector mind this lock.
 */
const lockOutVacuum = (tables: string) =>
  `set local lock_timeout = '5s'; lock table ${tables} in share update exclusive mode`;

/** Queries queue behind a lock that waits, so it waits only this long at a time. */
const WAIT_BRIEFLY = `set local lock_timeout = '100ms'`;

/** Puts the rebuilt tables in the place of the live ones, all or nothing. */
export async function swapTables(
  client: ClientBase,
  { name, version, tables }: AnyProjection,
): Promise<'swapped' | 'behind' | 'busy'> {
  const names = Object.keys(tables);
  const quoted = names.map((table) => `"${table}"`).join(', ');
  try {
    return await inTransactionOf(
      client,
      async () => {
        await client.query(lockOutVacuum(quoted));
        await client.query(WAIT_BRIEFLY);
        // The checkpoint first, as the projector does, or the two could wait for each other.
        const { rows } = await client.query<{ ready: boolean }>(
          `select rebuild.position >= checkpoint.position as ready
           from projection_checkpoints as checkpoint join projection_rebuilds as rebuild using (name)
           where name = $1 for update of checkpoint`,
          [name],
        );
        if (!rows[0]?.ready) return 'behind';
        if (!(await tablesFit(client, names)))
          throw conflict(
            'rebuild_outdated',
            `The tables of ${name} changed during its rebuild: start it again`,
          );
        await client.query(`lock table ${quoted} in access exclusive mode`);
        for (const table of names) {
          const indexes = await pairIndexes(client, table);
          await client.query(
            `drop table "${table}"; alter table "${rebuildTableOf(table)}" rename to "${table}"`,
          );
          for (const { live, rebuilt } of indexes)
            await client.query(`alter index "${rebuilt}" rename to "${live}"`);
        }
        await client.query(
          `with done as (delete from projection_rebuilds where name = $1 returning position, tables)
           update projection_checkpoints as checkpoint
           set version = $2, position = done.position, rebuilds = rebuilds + 1, failure = null, updated_at = now()
           from done where name = $1`,
          [name, version],
        );
        await client.query(
          `select pg_notify('${VIEW_NEWS_CHANNEL}', json_build_object(
               'views', json_build_array(json_build_array(name, rebuilds, position, position)))::text),
             pg_notify('${PROJECTIONS_CHANNEL}', position || ' ' || name)
           from projection_checkpoints where name = $1`,
          [name],
        );
        return 'swapped';
      },
      BEGIN,
    );
  } catch (error) {
    if (error instanceof MediaFlowError && LOCKED_OUT.includes(String(error.details.sqlState))) return 'busy';
    throw error;
  }
}

/** lock_not_available, deadlock_detected */
const LOCKED_OUT = ['55P03', '40P01'];
