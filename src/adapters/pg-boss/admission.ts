import { invalid } from '../../core/errors.js';
import type { JobPolicy } from '../../core/job.js';
import type { JobAdmission } from '../../core/job-admission.js';
import { isOfData } from '../postgres/connection/database-errors.js';
import type { Execute } from './execute.js';
import { type InsertOptions, insertInto, ROW_COLUMNS, rowOf } from './insert-jobs.js';
import { IS_LONG } from './job-groups.js';

/** So many keys of a kind may have a job at hand that can run at once, of the short and of the long ones each. */
const MOST_AT_HAND = 500;

export interface AdmissionStatements extends Pick<JobAdmission, 'known' | 'room' | 'admit'> {
  /** Marks what lies in partitions before their ends as unwanted, unless this cancellation was written before. */
  readonly markCancelled: JobAdmission['cancelBefore'];
}

/** The statements on jobs that wait in a log before they are in pg-boss's table. */
export function createAdmissionStatements(
  execute: Execute,
  options: InsertOptions & {
    /** Throws `unknown_job_kind`. */
    policyOf(kind: string): JobPolicy;
  },
): AdmissionStatements {
  const { job, policyOf } = options;
  const insert = insertInto(job, {
    arrivedAt: '"enqueuedAt"',
    // Not by the log's clock, which may be set back: who admits has the row of the partition to himself.
    createdOn: `(select max(at) from reached) + place * interval '1 microsecond'`,
    startAfter: `least("enqueuedAt", now())`,
    isCancelled: `coalesce((cancelled->>key)::bigint > "offset", false)`,
    deletionSeconds: '$3',
    from: `rows from (jsonb_to_recordset($2::jsonb) as
        (${ROW_COLUMNS}, topic text, partition integer, "offset" bigint, "enqueuedAt" timestamptz)) with ordinality
      as batch(id, kind, key, "group", "keptPriority", patience, data, topic, partition, "offset", "enqueuedAt", place)
      join reached using (topic, partition)`,
  });

  return {
    async known(jobs) {
      for (const { kind } of jobs) policyOf(kind);
      const rows = await execute<{ id: string }>(
        `select id from ${job} where name = any($1::text[]) and id = any($2::uuid[])`,
        [[...new Set(jobs.map(({ kind }) => kind))], jobs.map(({ id }) => id)],
      );
      return new Set(rows.map(({ id }) => id));
    },

    async room(kind) {
      // Of each key the one that goes first; what waits behind one that runs or is tried again later is not at hand.
      const [atHand] = await execute<{ short: number; long: number }>(
        `select count(*) filter (where not long)::int as short, count(*) filter (where long)::int as long from (
           select distinct on (singleton_key) singleton_key, start_after, ${IS_LONG} as long from ${job}
           where name = $1 and state < 'active' and not blocked and policy = 'key_strict_fifo'
           order by singleton_key, state desc, created_on, id
         ) as head
         where start_after <= now() and not exists (
           select from ${job} where name = $1 and singleton_key = head.singleton_key
             and policy = 'key_strict_fifo' and state = 'active')`,
        [kind],
      );
      const left = (there = 0) => Math.max(0, MOST_AT_HAND - there);
      return { short: left(atHand?.short), long: left(atHand?.long) };
    },

    async admit(jobs, reached) {
      const rows = jobs.map(({ job: waiting, ...place }) => {
        const { maximumAttempts, leaseSeconds } = policyOf(waiting.kind);
        const limits = { maximumAttempts, leaseSeconds: Math.ceil(leaseSeconds) };
        return { ...rowOf({ ...waiting, ...limits, enqueuedAt: place.enqueuedAt }), ...place };
      });
      await execute(
        `with reached as (
           insert into job_backlogs (topic, partition, next_offset)
           select topic, partition, "nextOffset"
           from jsonb_to_recordset($1::jsonb) as position(topic text, partition integer, "nextOffset" bigint)
           order by topic, partition
           on conflict (topic, partition) do update set next_offset = excluded.next_offset
           returning topic, partition, cancelled, clock_timestamp() as at
         ), admitted as (${insert} returning name)
         select pg_notify($4, name) from (select distinct name from admitted where $4::text is not null) as kinds`,
        [JSON.stringify(reached), jsonOf(rows), options.retentionSeconds, options.notify],
      ).catch((error: unknown) => {
        throw isOfData(error) ? unstorable() : error;
      });
    },

    async markCancelled(ends, { id, key }) {
      await execute(
        `insert into job_backlogs as backlog (topic, partition, next_offset, cancelled)
         select topic, partition, 0, jsonb_build_object($2::text, "nextOffset")
         from jsonb_to_recordset($1::jsonb) as position(topic text, partition integer, "nextOffset" bigint)
         where not exists (select from job_cancellations where id = $3::uuid)
         order by topic, partition
         on conflict (topic, partition) do update set cancelled = excluded.cancelled || (
           select coalesce(jsonb_object_agg(mark.key, before), '{}') from jsonb_each(backlog.cancelled) as mark(key, before)
           where before::bigint > backlog.next_offset and mark.key <> $2)
         where backlog.next_offset < (excluded.cancelled->>$2)::bigint`,
        [JSON.stringify(ends), key, id],
      );
    },
  };
}

function jsonOf(rows: readonly unknown[]): string {
  try {
    return JSON.stringify(rows);
  } catch {
    // Deeper than the stack.
    throw unstorable();
  }
}

const unstorable = () => invalid('unstorable_job', 'A job holds what the database of the queue cannot keep.');
