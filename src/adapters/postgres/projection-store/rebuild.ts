import type { ClientBase, Pool, PoolClient } from 'pg';
import { conflict, MediaFlowError } from '../../../core/errors.js';
import { START } from '../../../core/position.js';
import type { AnyProjection, RebuildSession } from '../../../core/projection-store.js';
import { atOnce, unhurried } from '../connection/patience.js';
import { inPortWords, inTransactionOf } from './connection.js';
import { copyWhileNew } from './copy-rows.js';
import { quote } from './incoming-rows.js';
import { swapTables } from './swap.js';
import { rememberColumns } from './table-columns.js';
import { createRebuildTables, dropRebuildTables, rebuildTableOf, tablesFit } from './tables.js';
import { writeTableChanges } from './write.js';

const LOCK_KEYS = `hashtext('mediaflow:rebuild'), hashtext($1)`;

interface RebuildRow {
  readonly version: number;
  readonly position: string;
  readonly events_applied: string;
}

/**
 * Takes a connection and the rebuild's lock on it. All writes go through that connection, so whoever loses the lock
 * has lost the means to write as well.
 */
async function lock(pool: Pool, name: string): Promise<PoolClient> {
  const client = await pool.connect().catch((error: unknown) => {
    throw inPortWords(error);
  });
  client.on('error', ignore); // the next statement says so
  const { rows } = await client
    .query<{ locked: boolean }>(`select pg_try_advisory_lock(${LOCK_KEYS}) as locked`, [name])
    .catch((error: unknown) => {
      client.release(true);
      throw inPortWords(error);
    });
  if (rows[0]?.locked) return client;
  client.off('error', ignore);
  client.release();
  throw conflict('rebuild_running', `${name} is being rebuilt already`, { name });
}

const ignore = () => {};

async function unlock(client: PoolClient, name: string): Promise<void> {
  const failed = await client
    .query({ ...atOnce, text: `select pg_advisory_unlock(${LOCK_KEYS})`, values: [name] })
    .then(
      () => false,
      () => true,
    );
  client.off('error', ignore);
  client.release(failed);
}

export async function discardRebuild(pool: Pool, name: string): Promise<void> {
  const client = await lock(pool, name);
  try {
    await inTransactionOf(client, async () => {
      const { rows } = await client.query<{ tables: string[] }>(
        'delete from projection_rebuilds where name = $1 returning tables',
        [name],
      );
      await dropRebuildTables(client, rows[0]?.tables ?? []);
    });
  } finally {
    await unlock(client, name);
  }
}

export async function openRebuild(
  pool: Pool,
  projection: AnyProjection,
  { resume }: { readonly resume: boolean },
): Promise<RebuildSession> {
  const client = await lock(pool, projection.name);
  try {
    const left = await inTransactionOf(client, () => prepare(client, projection, resume));
    return session(client, projection, left);
  } catch (error) {
    await unlock(client, projection.name);
    throw error;
  }
}

/** What a cancelled rebuild left, when it still fits; otherwise a new beginning. */
async function prepare(
  client: ClientBase,
  { name, version, tables }: AnyProjection,
  resume: boolean,
): Promise<RebuildRow> {
  await client.query(
    'insert into projection_checkpoints (name, version, position) values ($1, $2, $3) on conflict do nothing',
    [name, version, START],
  );
  const { rows: live } = await client.query<{ version: number }>(
    'select version from projection_checkpoints where name = $1',
    [name],
  );
  if (live[0] && live[0].version > version)
    throw conflict(
      'projection_newer',
      `${name} is at version ${live[0].version}, this release knows ${version}`,
    );

  const { rows } = await client.query<RebuildRow & { tables: string[] }>(
    'select version, position, events_applied, tables from projection_rebuilds where name = $1',
    [name],
  );
  const left = rows[0];
  const wanted = Object.keys(tables);
  const sameTables = left && wanted.every((table) => left.tables.includes(table));
  if (resume && left?.version === version && sameTables && (await tablesFit(client, wanted))) return left;
  await client.query('delete from projection_rebuilds where name = $1', [name]);
  await dropRebuildTables(client, [...wanted, ...(left?.tables ?? [])]);
  await createRebuildTables(client, wanted);
  await client.query(
    'insert into projection_rebuilds (name, version, tables, position, head) values ($1, $2, $3, $4, $4)',
    [name, version, wanted, START],
  );
  return { version, position: START, events_applied: '0' };
}

function session(client: PoolClient, projection: AnyProjection, left: RebuildRow): RebuildSession {
  const { name } = projection;
  const tables = Object.keys(projection.tables);
  const columnsOf = rememberColumns();
  const putRows = copyWhileNew();
  let open = true;

  return {
    position: left.position,
    eventsApplied: Number(left.events_applied),

    advance: ({ from, to, changes, progress }) =>
      inTransactionOf(client, async () => {
        const { rowCount } = await client.query(
          `update projection_rebuilds set position = $3, head = $4, events_applied = $5, events_per_second = $6,
             eta_seconds = $7, message = null, updated_at = now() where name = $1 and position = $2`,
          [
            name,
            from,
            to,
            progress.head,
            progress.eventsApplied,
            progress.eventsPerSecond,
            progress.etaSeconds,
          ],
        );
        if (rowCount !== 1)
          throw new MediaFlowError('internal', 'rebuild_lost', `The rebuild of ${name} has moved`);
        for (const change of changes)
          await writeTableChanges(client, change, rebuildTableOf(change.table), columnsOf, putRows);
      }),

    async prepareSwap() {
      try {
        const counts = [];
        for (const table of tables) {
          // Without statistics the first queries after the swap would be planned for an empty table. Of JSON none are
          // of use to a plan, and they would take longer than all others.
          const plain = [...(await columnsOf(client, rebuildTableOf(table)))].filter(
            ([, { isJson }]) => !isJson,
          );
          const names = plain.map(([name]) => quote(name)).join(', ');
          await client.query({ ...unhurried, text: `analyze "${rebuildTableOf(table)}" (${names})` });
          const { rows } = await client.query<{ live: string; rebuilt: string }>({
            ...unhurried,
            text: `select (select count(*) from "${table}") as live,
               (select count(*) from "${rebuildTableOf(table)}") as rebuilt`,
          });
          counts.push({ table, live: Number(rows[0]?.live), rebuilt: Number(rows[0]?.rebuilt) });
        }
        return counts;
      } catch (error) {
        throw inPortWords(error);
      }
    },

    async recordFailure(message) {
      await client
        .query('update projection_rebuilds set message = $2, updated_at = now() where name = $1', [
          name,
          message,
        ])
        .catch((error: unknown) => {
          throw inPortWords(error);
        });
    },

    swap: () => swapTables(client, projection),

    async close() {
      if (!open) return;
      open = false;
      await unlock(client, name);
    },
  };
}
