import type { JobCancellation } from '../../core/job.js';
import type { Execute } from './execute.js';
import { IS_HELD } from './job-rows.js';

/**
 * Ends jobs that wait or run, and gives the ids of those in a worker's hands: one a key, however many waited behind it. None
 * when this cancellation has been written before.
 */
export type CancelJobs = (cancellation: JobCancellation) => Promise<string[]>;

/** What a channel hears of a job that was cancelled begins with this; all else are kinds. */
const CANCELLED = 'cancelled ';

/** The id of the cancelled job that a message tells of. */
export const cancelledIn = (message: string): string | undefined =>
  message.startsWith(CANCELLED) ? message.slice(CANCELLED.length) : undefined;

export const createCancelJobs =
  (
    execute: Execute,
    options: { readonly job: string; readonly retentionSeconds: number; readonly notify: string | null },
  ): CancelJobs =>
  async ({ id, kinds, key }) => {
    const cancelled = await execute<{ id: string }>(
      `with forgotten as (
         delete from job_cancellations where requested_at < now() - $4 * interval '1 second'
       ), cancellation as (
         insert into job_cancellations (id) values ($1) on conflict do nothing returning id
       ), unwanted as (
         select name, id, ${IS_HELD} as "isHeld" from ${options.job}
         where name = any($2::text[]) and singleton_key = $3 and policy = 'key_strict_fifo'
           and (state = 'active' or (state < 'active' and not blocked))
         for update
       ), cancelled as (
         update ${options.job} j set state = 'cancelled', completed_on = now(), heartbeat_on = null,
           output = '{"code": "cancelled"}'
         from unwanted u where j.name = u.name and j.id = u.id and exists (select from cancellation)
         returning j.id, u."isHeld"
       )
       select id, case when $5::text is not null then pg_notify($5, '${CANCELLED}' || id)::text end as told
       from cancelled where "isHeld"`,
      [id, kinds, key, options.retentionSeconds, options.notify],
    );
    return cancelled.map((row) => row.id);
  };
