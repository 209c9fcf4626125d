import type pg from 'pg';
import type { SagaFailure } from '../../../core/saga-status.js';
import type {
  ParkedInput,
  SagaInstance,
  SagaOrigin,
  SagaStore,
  SagaTrigger,
} from '../../../core/saga-store.js';
import { tellingTrouble } from '../connection/database-errors.js';
import { commitSagaStep } from './commit.js';
import { isDue } from './due.js';
import { readOutbox, settleOutbox } from './outbox.js';
import { pruneCompleted, pruneRefused } from './prune.js';
import { readSagaStatus } from './status.js';

interface InstanceRow {
  readonly instance: string;
  readonly state: string | null;
  readonly failure: SagaFailure | null;
  readonly retry_at: Date | null;
}

interface TimerRow {
  readonly instance: string;
  readonly timer: string;
  readonly id: string;
  readonly due_at: Date;
  readonly origin: SagaOrigin;
}

interface ParkedRow {
  readonly sequence: string;
  readonly instance: string;
  readonly trigger: SagaTrigger;
}

const toInstance = ({ instance, state, failure, retry_at }: InstanceRow): SagaInstance => ({
  instance,
  state: state ?? undefined,
  parked: failure && retry_at ? { failure, retryAt: retry_at.toISOString() } : undefined,
});

/**
 * Sagas in PostgreSQL. Every method is one statement, so none holds a transaction open while this process pauses,
 * and a lost connection leaves all of it or nothing. The pool stays the caller's.
 */
export function createPostgresSagaStore(pool: pg.Pool): SagaStore {
  const database = tellingTrouble('saga_store_unavailable', pool);
  return {
    async register(saga, checkpoint) {
      await database.query(
        'insert into sagas (name, checkpoint) values ($1, $2) on conflict (name) do nothing',
        [saga, checkpoint],
      );
    },

    async head(saga) {
      const { rows } = await database.query<{ version: string; checkpoint: string }>(
        'select version, checkpoint from sagas where name = $1',
        [saga],
      );
      if (!rows[0]) throw new Error(`Saga ${saga} is not registered`);
      return { version: Number(rows[0].version), checkpoint: rows[0].checkpoint };
    },

    async instances(saga, instances) {
      const { rows } = await database.query<InstanceRow>(
        `select instance, state::text as state, failure, retry_at from saga_instances
         where saga = $1 and instance = any($2)`,
        [saga, instances],
      );
      return rows.map(toInstance);
    },

    async dueTimers(saga, now, limit) {
      const { rows } = await database.query<TimerRow>(
        `select instance, timer, id, due_at, origin from saga_timers
         where saga = $1 and due_at <= $2 and ${instanceGoesOn}
         order by due_at, instance, timer limit $3`,
        [saga, now, limit],
      );
      return rows.map(({ due_at, ...timer }) => ({ ...timer, dueAt: due_at.toISOString() }));
    },

    async dueParked(saga, now, limit) {
      const { rows } = await database.query<ParkedRow>(
        `select sequence, instance, trigger from saga_parked_inputs
         where saga = $1 and instance = (
           select instance from saga_instances where saga = $1 and ${isDue('retry_at', '$2')}
           order by retry_at, instance limit 1)
         order by sequence limit $3`,
        [saga, now, limit],
      );
      return rows.map((row): ParkedInput => ({ ...row, sequence: Number(row.sequence) }));
    },

    async nextDue(saga) {
      const { rows } = await database.query<{ due_at: Date | null }>(
        `select least(
           (select min(due_at) from saga_timers where saga = $1 and ${instanceGoesOn}),
           (select min(retry_at) from saga_instances where saga = $1 and retry_at is not null)) as due_at`,
        [saga],
      );
      return rows[0]?.due_at?.toISOString();
    },

    commit: (changes) => commitSagaStep(database, changes),
    outbox: (options) => readOutbox(database, options),
    settle: (outcomes) => settleOutbox(database, outcomes),
    pruneRefused: (refusedBefore, limit) => pruneRefused(database, refusedBefore, limit),
    pruneCompleted: (completedBefore, limit) => pruneCompleted(database, completedBefore, limit),
    status: () => readSagaStatus(database),
  };
}

const instanceGoesOn = `not exists (
  select from saga_instances parked
  where parked.saga = saga_timers.saga and parked.instance = saga_timers.instance and parked.retry_at is not null)`;
