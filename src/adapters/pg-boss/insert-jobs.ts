import type { JobToEnqueue } from '../../core/job.js';
import { originOf } from '../../core/request-origin.js';
import type { Execute } from './execute.js';
import type { ReplayedLetter, StoredJobData } from './job-rows.js';

export interface JobToInsert extends JobToEnqueue {
  /** The priority of a job that had its place before. */
  readonly keptPriority?: number;
  readonly deadLetter?: ReplayedLetter;
  readonly maximumAttempts: number;
  readonly leaseSeconds: number;
}

/** One statement for all of them. A job whose id is known is left as it is. */
export type InsertJobs = (jobs: readonly JobToInsert[]) => Promise<void>;

/**
 * pg-boss runs the highest priority first, a 32-bit integer. Ours are negative: the second in which a job's patience
 * ends, counted from here so that they last until 2091. Earlier releases gave jobs priorities from 0 on, which keep
 * their place before all of these.
 */
const PRIORITIES_COUNT_FROM = 1_700_000_000;

/** pg-boss must never give a job up by itself: a job in its state `failed` would block its key for good. */
const NEVER = 2_147_483_647;

export const createInsertJobs =
  (
    execute: Execute,
    options: { readonly job: string; readonly retentionSeconds: number; readonly notify: string | null },
  ): InsertJobs =>
  async (jobs) => {
    const rows = jobs.map(({ id, kind, key, long, keptPriority, patienceSeconds, ...data }) => {
      const group = long ? 'long' : null;
      return { id, kind, key, group, keptPriority, patience: patienceSeconds ?? 0, data: dataOf(data) };
    });
    // Jobs of one statement share now(), so the microseconds keep the order within the batch.
    await execute(
      `with inserted as (
         insert into ${options.job} (id, name, singleton_key, group_id, priority, data, policy, created_on, keep_until,
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
  };

const dataOf = (job: Omit<JobToInsert, 'id' | 'kind' | 'key'>): StoredJobData => {
  const { payload, correlationId, causationId, maximumAttempts, leaseSeconds, deadLetter } = job;
  return {
    ...{ payload, correlationId, causationId, ...originOf(job), maximumAttempts, leaseSeconds },
    ...(deadLetter && { deadLetter }),
  };
};
