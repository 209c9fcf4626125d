import type { ClientBase, Pool } from 'pg';
import type { Position } from '../../../core/position.js';
import { START } from '../../../core/position.js';
import type {
  ProjectionAdvance,
  ProjectionCheckpoint,
  ProjectionStore,
} from '../../../core/projection-store.js';
import { PROJECTIONS_CHANNEL, VIEW_NEWS_CHANNEL } from './channel.js';
import { inPortWords, inTransaction } from './connection.js';
import { discardRebuild, openRebuild } from './rebuild.js';
import { subjectMessages } from './subject-messages.js';
import { rememberColumns } from './table-columns.js';
import { writeTableChanges } from './write.js';

/**
 * Locks the checkpoints that still stand where the batch starts, in one order for all processes, and moves them.
 * A checkpoint that another process is moving is waited for, and then found elsewhere. Whose rows change is told along with it.
 */
const ADVANCE = `
  with standing as (
    select checkpoint.name
    from projection_checkpoints as checkpoint
    join unnest($1::text[], $2::integer[], $3::text[]) as batch (name, version, position)
      on checkpoint.name = batch.name and checkpoint.version = batch.version
      and checkpoint.position = batch.position
    where checkpoint.position < $4
    order by checkpoint.name
    for update of checkpoint
  ), moved as (
    update projection_checkpoints as checkpoint
    set position = $4, catching_up = $5, failure = null, updated_at = now()
    from standing where checkpoint.name = standing.name
    returning checkpoint.name, checkpoint.rebuilds
  ), names as (
    select array_agg(name) as names, json_agg(json_build_array(name, rebuilds, from_position, $4)) as views
    from moved join unnest($1::text[], $3::text[]) as batch (name, from_position) using (name)
  ), told as materialized (
    select count(pg_notify('${VIEW_NEWS_CHANNEL}',
      json_build_object('views', views, 'subjects', subjects::json)::text)) as messages
    from names, unnest($6::text[]) as subjects where names is not null
  )
  select names, pg_notify('${PROJECTIONS_CHANNEL}', $4 || ' ' || array_to_string(names, ' '))
  from told, names where names is not null`;

/** Views in PostgreSQL, beside their checkpoints. The pools stay the caller's. */
export function createPostgresProjectionStore(options: {
  readonly pool: Pool;
  /** For rebuilds, which hold a lock from their first page to their swap: connections that nobody else is lent meanwhile. */
  readonly sessions?: Pool;
}): ProjectionStore {
  const { pool, sessions = pool } = options;
  let columnsOf = rememberColumns();

  async function move(
    client: ClientBase | Pool,
    advances: readonly ProjectionAdvance[],
    to: Position,
    catchingUp: boolean,
  ): Promise<ReadonlySet<string>> {
    const { rows } = await client.query<{ names: string[] }>({
      name: 'advance_projections',
      text: ADVANCE,
      values: [
        advances.map(({ name }) => name),
        advances.map(({ version }) => version),
        advances.map(({ from }) => from),
        to,
        catchingUp,
        subjectMessages(advances),
      ],
    });
    return new Set(rows[0]?.names);
  }

  return {
    async load(projections) {
      columnsOf = rememberColumns(); // whoever asks again may have been overtaken by a migration or a swap
      try {
        await pool.query(
          `insert into projection_checkpoints (name, version, position)
           select name, version, $3 from unnest($1::text[], $2::integer[]) as known (name, version)
           on conflict do nothing`,
          [projections.map(({ name }) => name), projections.map(({ version }) => version), START],
        );
        const { rows } = await pool.query<ProjectionCheckpoint>(
          'select name, version, position, rebuilds from projection_checkpoints where name = any($1) order by name',
          [projections.map(({ name }) => name)],
        );
        return rows;
      } catch (error) {
        throw inPortWords(error);
      }
    },

    async advance(advances, to, { catchingUp = false } = {}) {
      if (advances.length === 0) return new Set();
      if (advances.every(({ changes }) => changes.length === 0))
        return move(pool, advances, to, catchingUp).catch((error: unknown) => {
          throw inPortWords(error);
        });
      return inTransaction(pool, async (client) => {
        const moved = await move(client, advances, to, catchingUp);
        for (const { name, changes } of advances) {
          if (!moved.has(name)) continue;
          for (const change of changes) await writeTableChanges(client, change, change.table, columnsOf);
        }
        return moved;
      });
    },

    async recordFailure({ name, version }, failure) {
      await pool
        .query(
          'update projection_checkpoints set failure = $3, updated_at = now() where name = $1 and version = $2',
          [name, version, JSON.stringify(failure)],
        )
        .catch((error: unknown) => {
          throw inPortWords(error);
        });
    },

    openRebuild: (projection, options) => openRebuild(sessions, projection, options),
    discardRebuild: (name) => discardRebuild(sessions, name),
  };
}
