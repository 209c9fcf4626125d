import type { JobToEnqueue } from '../../core/job.js';
import { originOf } from '../../core/request-origin.js';
import type { Execute } from './execute.js';
import type { ReplayedLetter, StoredJobData } from './job-rows.js';

export interface JobToInsert extends JobToEnqueue {
  /** The priority of a job that had its place before. */
  readonly keptPriority?: number;
  readonly deadLetter?: ReplayedLetter;
  /** Since when it waited in a log before. */
  readonly enqueuedAt?: string;
  readonly maximumAttempts: number;
  readonly leaseSeconds: number;
}

/** One statement for all of them. A job whose id is known is left as it is. */
export type InsertJobs = (jobs: readonly JobToInsert[]) => Promise<void>;

export interface InsertOptions {
  readonly job: string;
  readonly retentionSeconds: number;
  /** The channel that hears the kinds of new jobs; null when nobody else listens. */
  readonly notify: string | null;
}

/**
 * pg-boss runs the highest priority first, a 32-bit integer. Ours are negative: the second in which a job's patience
 * ends, counted from here so that they last until 2091. Earlier releases gave jobs priorities from 0 on, which keep
 * their place before all of these.
 */
const PRIORITIES_COUNT_FROM = 1_700_000_000;

/** pg-boss must never give a job up by itself: a job in its state `failed` would block its key for good. */
const NEVER = 2_147_483_647;

/** What each job of a batch brings, as `jsonb_to_recordset` reads it. */
export interface InsertedRow {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly group: string | null;
  readonly keptPriority?: number | undefined;
  readonly patience: number;
  readonly data: StoredJobData;
}

/** SQL: the columns of {@link InsertedRow}, to be read from JSON. */
export const ROW_COLUMNS = `id uuid, kind text, key text, "group" text, "keptPriority" integer, patience numeric, data jsonb`;

/** SQL: an insert of `id, kind, key, "group", data` from somewhere; the SQL of all else says when each was put in. */
export const insertInto = (
  job: string,
  row: {
    readonly arrivedAt: string;
    readonly createdOn: string;
    readonly startAfter: string;
    readonly isCancelled: string;
    readonly deletionSeconds: string;
    readonly from: string;
  },
): string => `insert into ${job} (id, name, singleton_key, group_id, priority, data, policy, created_on, start_after,
    state, completed_on, keep_until, deletion_seconds, retry_limit, expire_seconds)
  select id, kind, key, "group",
    coalesce("keptPriority", -floor(extract(epoch from ${row.arrivedAt}) - ${PRIORITIES_COUNT_FROM} + patience)::integer),
    data, 'key_strict_fifo', ${row.createdOn}, ${row.startAfter},
    case when ${row.isCancelled} then 'cancelled'::${job}_state else 'created' end, case when ${row.isCancelled} then now() end,
    'infinity', ${row.deletionSeconds}, ${NEVER}, ${NEVER}
  from ${row.from}
  on conflict do nothing`;

export const createInsertJobs =
  (execute: Execute, { job, retentionSeconds, notify }: InsertOptions): InsertJobs =>
  async (jobs) => {
    // Jobs of one statement share now(), so the microseconds keep the order within the batch.
    const insert = insertInto(job, {
      arrivedAt: 'now()',
      createdOn: `now() + place * interval '1 microsecond'`,
      startAfter: 'now()',
      isCancelled: 'false',
      deletionSeconds: '$2',
      from: `rows from (jsonb_to_recordset($1::jsonb) as (${ROW_COLUMNS})) with ordinality
        as batch(id, kind, key, "group", "keptPriority", patience, data, place)`,
    });
    await execute(
      `with inserted as (${insert} returning name)
       select pg_notify($3, name) from (select distinct name from inserted where $3::text is not null) as kinds`,
      [JSON.stringify(jobs.map(rowOf)), retentionSeconds, notify],
    );
  };

export const rowOf = ({
  id,
  kind,
  key,
  long,
  keptPriority,
  patienceSeconds,
  ...job
}: JobToInsert): InsertedRow => ({
  ...{ id, kind, key, group: long ? 'long' : null, keptPriority, patience: patienceSeconds ?? 0 },
  data: dataOf(job),
});

const dataOf = (job: Omit<JobToInsert, 'id' | 'kind' | 'key'>): StoredJobData => {
  const { payload, correlationId, causationId, maximumAttempts, leaseSeconds, enqueuedAt, deadLetter } = job;
  return {
    ...{ payload, correlationId, causationId, ...originOf(job), maximumAttempts, leaseSeconds },
    ...(enqueuedAt && { enqueuedAt }),
    ...(deadLetter && { deadLetter }),
  };
};
