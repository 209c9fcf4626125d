import type { JobCancellation, JobToEnqueue } from '../../core/job.js';
import { storableText } from '../../core/storable-text.js';
import type { Execute } from './execute.js';
import { AS_LONG, AS_NO_SUSPECT, AS_SUSPECT } from './job-groups.js';

/** One attempt of one job: the fence every statement of a worker stands behind. */
export interface AttemptId {
  readonly kind: string;
  readonly id: string;
  readonly attempt: number;
}

/** What pg-boss stores as a job's data. */
export interface StoredJobData {
  readonly payload: JobToEnqueue['payload'];
  readonly correlationId: string;
  readonly causationId: string;
  readonly maximumAttempts: number;
  /**
   * Not in pg-boss's own column: its maintenance would put back what has missed a heartbeat at once, also when machine or
   * database were away and the worker lives. Jobs of earlier releases have it there.
   */
  readonly leaseSeconds?: number;
  /** How often its worker was lost. */
  readonly losses?: number;
  /** The last attempt whose worker was lost. */
  readonly lostAttempt?: number;
}

export interface JobToInsert extends JobToEnqueue {
  /** The priority of a job that had its place before. */
  readonly keptPriority?: number;
  readonly maximumAttempts: number;
  readonly leaseSeconds: number;
}

export interface JobStatements {
  /** One statement for all of them. A job whose id is known is left as it is. */
  insert(jobs: readonly JobToInsert[]): Promise<void>;
  /** False when the attempt is no longer ours: the result is refused. So with the next two. */
  complete(attempt: AttemptId): Promise<boolean>;
  retry(attempt: AttemptId, inSeconds: number, error: string): Promise<boolean>;
  /** Back to the queue at once, with one more attempt allowed. */
  release(attempt: AttemptId): Promise<boolean>;
  /** Back to the queue for so long, as a suspect, with one more attempt allowed. */
  setAside(attempt: AttemptId, seconds: number, error: string): Promise<boolean>;
  /** From its next attempt on it is a long job. */
  markLong(attempt: AttemptId): Promise<boolean>;
  /** Back to the queue as if it had not been fetched. */
  giveBack(attempt: AttemptId): Promise<boolean>;
  /**
   * Renews leases, also of jobs that were put back and not taken since; the answer says which attempts, as
   * `id:attempt`, are still ours or were cancelled in our hands.
   */
  renew(attempts: readonly AttemptId[]): Promise<ReadonlyMap<string, 'held' | 'cancelled'>>;
  /** Ends jobs that wait or run, and gives their ids; none when this cancellation has been written before. */
  cancel(cancellation: JobCancellation): Promise<string[]>;
  /** Puts jobs whose lease ran out back in their queues. */
  takeBackExpired(kinds: readonly string[]): Promise<number>;
  /** Puts every active job back in its queue, whatever its lease says. */
  takeBackAll(kinds: readonly string[]): Promise<number>;
  /** Of these kinds, those that may have a job to run. */
  kindsWithWork(kinds: readonly string[]): Promise<readonly string[]>;
  depth(kinds: readonly string[]): Promise<{ kind: string; waiting: number; active: number }[]>;
}

/** What a channel hears of a job that was cancelled begins with this; all else are kinds. */
const CANCELLED = 'cancelled ';

/** The id of the cancelled job that a message tells of. */
export const cancelledIn = (message: string): string | undefined =>
  message.startsWith(CANCELLED) ? message.slice(CANCELLED.length) : undefined;

/**
 * pg-boss runs the highest priority first, a 32-bit integer. Ours are negative: the second in which a job's patience
 * ends, counted from here so that they last until 2091. Earlier releases gave jobs priorities from 0 on, which keep
 * their place before all of these.
 */
const PRIORITIES_COUNT_FROM = 1_700_000_000;

/** In its worker's hands, or put back because that seemed lost, and not taken since: then it is still this worker's. */
export const IS_HELD = `(state = 'active' or (state = 'retry' and (data->>'lostAttempt')::int = retry_count + 1))`;

/** pg-boss must never give a job up by itself: a job in its state `failed` would block its key for good. */
const NEVER = 2_147_483_647;

/** The statements on pg-boss's job table that its own functions cannot do fenced, in order, or in one piece. */
export function createJobStatements(
  execute: Execute,
  options: {
    readonly schema: string;
    readonly retentionSeconds: number;
    /** The channel that hears the kinds of new jobs, and `cancelled <id>`; null when nobody else listens. */
    readonly notify: string | null;
  },
): JobStatements {
  const job = `${options.schema}.job`;
  const fence = `where name = $1 and id = $2 and ${IS_HELD} and retry_count = $3`;
  const fenceOf = ({ kind, id, attempt }: AttemptId) => [kind, id, attempt - 1];
  const changed = async (text: string, values: readonly unknown[]) =>
    (await execute(`${text} returning id`, values)).length > 0;
  const losses = `coalesce((data->>'losses')::int, 0)`;
  const allowedAttempts = `(data->>'maximumAttempts')::int`;
  const leaseSeconds = `coalesce((data->>'leaseSeconds')::int, heartbeat_seconds)`;
  const takeBack = async (kinds: readonly string[], condition: string) => {
    const rows = await execute(
      `update ${job} set state = 'retry', start_after = now(), heartbeat_on = null, group_id = ${AS_NO_SUSPECT},
         output = '{"error": "the worker was lost"}',
         data = data || jsonb_build_object('losses', ${losses} + 1, 'lostAttempt', retry_count + 1,
           'maximumAttempts', ${allowedAttempts} + 1)
       where name = any($1::text[]) and policy = 'key_strict_fifo' and state = 'active' ${condition}
       returning id`,
      [kinds],
    );
    return rows.length;
  };

  return {
    async insert(jobs) {
      const rows = jobs.map(({ id, kind, key, leaseSeconds, keptPriority, patienceSeconds, ...rest }) => {
        const { payload, correlationId, causationId, maximumAttempts, long } = rest;
        const data: StoredJobData = { payload, correlationId, causationId, maximumAttempts, leaseSeconds };
        const group = long ? 'long' : null;
        return { id, kind, key, group, keptPriority, patience: patienceSeconds ?? 0, data };
      });
      // Jobs of one statement share now(), so the microseconds keep the order within the batch.
      await execute(
        `with inserted as (
           insert into ${job} (id, name, singleton_key, group_id, priority, data, policy, created_on, keep_until,
             deletion_seconds, retry_limit, expire_seconds)
           select id, kind, key, "group",
             coalesce("keptPriority", -floor(extract(epoch from now()) - ${PRIORITIES_COUNT_FROM} + patience)::integer),
             data, 'key_strict_fifo',
             now() + place * interval '1 microsecond', 'infinity', $2, ${NEVER}, ${NEVER}
           from rows from (jsonb_to_recordset($1::jsonb) as
             (id uuid, kind text, key text, "group" text, "keptPriority" integer, patience numeric, data jsonb)
           ) with ordinality
             as batch(id, kind, key, "group", "keptPriority", patience, data, place)
           on conflict do nothing
           returning name
         )
         select pg_notify($3, name) from (select distinct name from inserted where $3::text is not null) as kinds`,
        [JSON.stringify(rows), options.retentionSeconds, options.notify],
      );
    },

    complete: (attempt) =>
      changed(
        `update ${job} set state = 'completed', completed_on = now(), heartbeat_on = null ${fence}`,
        fenceOf(attempt),
      ),

    retry: (attempt, inSeconds, error) =>
      changed(
        `update ${job} set state = 'retry', heartbeat_on = null, output = jsonb_build_object('error', $5::text),
           start_after = now() + $4::float8 * interval '1 second', data = data - 'lostAttempt' ${fence}`,
        [...fenceOf(attempt), inSeconds, storableText(error)],
      ),

    setAside: (attempt, seconds, error) =>
      changed(
        `update ${job} set state = 'retry', heartbeat_on = null, output = jsonb_build_object('error', $5::text),
           start_after = now() + $4::float8 * interval '1 second', group_id = ${AS_SUSPECT},
           data = data - 'lostAttempt' || jsonb_build_object('maximumAttempts', ${allowedAttempts} + 1) ${fence}`,
        [...fenceOf(attempt), seconds, storableText(error)],
      ),

    markLong: (attempt) => changed(`update ${job} set group_id = ${AS_LONG} ${fence}`, fenceOf(attempt)),

    giveBack: (attempt) =>
      changed(
        `update ${job} set state = 'retry', heartbeat_on = null, start_after = now(), retry_count = retry_count - 1
         ${fence}`,
        fenceOf(attempt),
      ),

    release: (attempt) =>
      changed(
        `update ${job} set state = 'retry', heartbeat_on = null, start_after = now(),
           data = data - 'lostAttempt' || jsonb_build_object('maximumAttempts', ${allowedAttempts} + 1) ${fence}`,
        fenceOf(attempt),
      ),

    async renew(attempts) {
      const rows = await execute<{ id: string; attempt: number; standing: 'held' | 'cancelled' }>(
        `with asked as (
           select * from jsonb_to_recordset($1::jsonb) as attempt(kind text, id uuid, attempt integer)
         ), renewed as (
           update ${job} j set state = 'active', heartbeat_on = now(), data = case when state = 'active' then data
             else data - 'lostAttempt' || jsonb_build_object('losses', ${losses} - 1, 'maximumAttempts', ${allowedAttempts} - 1)
             end
           from asked
           where j.name = kind and j.id = asked.id and ${IS_HELD} and j.retry_count = attempt - 1
           returning j.id, attempt
         )
         select id, attempt, 'held' as standing from renewed
         union all
         select j.id, attempt, 'cancelled' from ${job} j join asked
           on j.name = kind and j.id = asked.id and j.state = 'cancelled' and j.retry_count = attempt - 1`,
        [JSON.stringify(attempts)],
      );
      return new Map(rows.map(({ id, attempt, standing }) => [`${id}:${attempt}`, standing]));
    },

    async cancel({ id, kinds, key }) {
      const cancelled = await execute<{ id: string }>(
        `with forgotten as (
           delete from job_cancellations where requested_at < now() - $4 * interval '1 second'
         ), cancellation as (
           insert into job_cancellations (id) values ($1) on conflict do nothing returning id
         ), cancelled as (
           update ${job} j set state = 'cancelled', completed_on = now(), heartbeat_on = null,
             output = '{"code": "cancelled"}'
           from cancellation
           where name = any($2::text[]) and singleton_key = $3 and policy = 'key_strict_fifo'
             and (state = 'active' or (state < 'active' and not blocked))
           returning j.id
         )
         select id, case when $5::text is not null then pg_notify($5, '${CANCELLED}' || id)::text end as told
         from cancelled`,
        [id, kinds, key, options.retentionSeconds, options.notify],
      );
      return cancelled.map((row) => row.id);
    },

    takeBackExpired: (kinds) =>
      takeBack(kinds, `and heartbeat_on + ${leaseSeconds} * interval '1 second' < now()`),
    takeBackAll: (kinds) => takeBack(kinds, ''),

    async kindsWithWork(kinds) {
      const rows = await execute<{ kind: string }>(
        `select kind from unnest($1::text[]) as kind where exists (
           select from ${job} where name = kind and state < 'active' and not blocked and start_after <= now())`,
        [kinds],
      );
      return rows.map(({ kind }) => kind);
    },

    depth: (kinds) =>
      // Two counts, each on its own partial index: finished jobs are kept and must not be read.
      execute(
        `select kind,
           (select count(*)::int from ${job} where name = kind and state < 'active' and not blocked) as waiting,
           (select count(*)::int from ${job}
            where name = kind and policy = 'key_strict_fifo' and state = 'active') as active
         from unnest($1::text[]) with ordinality as kinds(kind, place) order by place`,
        [kinds],
      ),
  };
}
