import type { Pool } from 'pg';
import type { EventStore } from '../../../core/event-store.js';
import { type Position, START } from '../../../core/position.js';
import type {
  ListProjectionStatuses,
  ProjectionFailure,
  ProjectionStatus,
} from '../../../core/projection-store.js';
import { soon } from '../connection/patience.js';
import { inPortWords } from './connection.js';
import { fractionOf } from './standing.js';

export interface ProjectionStatusOptions {
  readonly pool: Pool;
  /** Tells where the log ends, and how far that is where it can. */
  readonly store: Pick<EventStore, 'head' | 'eventsBetween'>;
}

interface StatusRow {
  readonly name: string;
  readonly version: number;
  readonly position: Position;
  readonly catching_up: boolean;
  readonly failure: ProjectionFailure | null;
  readonly updated_at: Date;
  readonly rebuild: {
    readonly version: number;
    readonly position: Position;
    readonly head: Position;
    readonly events_applied: number;
    readonly events_per_second: number;
    readonly eta_seconds: number | null;
    readonly message: string | null;
    readonly started_at: string;
  } | null;
  readonly rebuild_active: boolean;
}

/** Whoever works on a rebuild holds its lock, and loses it with its life. */
const STATUS = `
  select checkpoint.name, checkpoint.version, checkpoint.position, checkpoint.catching_up, checkpoint.failure,
    checkpoint.updated_at, to_jsonb(rebuild) as rebuild,
    exists (
      select from pg_locks
      where locktype = 'advisory' and granted and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())
        and classid = hashtext('mediaflow:rebuild')::oid and objid = hashtext(checkpoint.name)::oid
    ) as rebuild_active
  from projection_checkpoints as checkpoint left join projection_rebuilds as rebuild using (name)
  order by checkpoint.name`;

/** How all views stand that this database knows. */
export function createProjectionStatusReader(options: ProjectionStatusOptions): ListProjectionStatuses {
  return async () => {
    try {
      // The head last: a view that is live must not seem to be ahead of the log.
      const { rows } = await options.pool.query<StatusRow>({ ...soon, text: STATUS });
      const head = await options.store.head();
      return rows.map((row) => statusOf(row, head, options.store));
    } catch (error) {
      throw inPortWords(error);
    }
  };
}

function statusOf(row: StatusRow, head: Position, store: ProjectionStatusOptions['store']): ProjectionStatus {
  const { rebuild } = row;
  const active = rebuild !== null && row.rebuild_active;
  const behind = row.position < head && (row.catching_up || row.position === START);
  return {
    name: row.name,
    version: row.version,
    status: active ? 'rebuilding' : row.failure ? 'failed' : behind ? 'catching_up' : 'live',
    position: row.position,
    head,
    lagEvents: store.eventsBetween?.(row.position, head) ?? null,
    failure: row.failure,
    rebuild: rebuild && {
      active,
      version: rebuild.version,
      position: rebuild.position,
      head: rebuild.head,
      fraction: fractionOf(rebuild, store),
      eventsApplied: rebuild.events_applied,
      eventsPerSecond: rebuild.events_per_second,
      etaSeconds: rebuild.eta_seconds,
      startedAt: new Date(rebuild.started_at).toISOString(),
      message: rebuild.message,
    },
    updatedAt: row.updated_at.toISOString(),
  };
}
