import type { AttemptId } from '../../consuming/leases.js';
import type { DeadLetterReason, DeadLetters } from '../../core/dead-letter.js';
import { replayIdOf } from '../../core/derived-ids.js';
import { notFound } from '../../core/errors.js';
import type { JobToEnqueue } from '../../core/job.js';
import { DEFAULT_TENANT, originOf } from '../../core/request-origin.js';
import { storableText } from '../../core/storable-text.js';
import { COLUMNS, type DeadLetterRow, toDeadLetter } from './dead-letter-rows.js';
import type { Execute } from './execute.js';
import type { JobToInsert } from './insert-jobs.js';
import { IS_LONG } from './job-groups.js';
import { IS_HELD, type ReplayedLetter } from './job-rows.js';

export interface DeadLetterTable extends Omit<DeadLetters, 'replay'> {
  /** Ends the job and writes its letter, as one; false when the attempt is no longer ours. */
  bury(attempt: AttemptId, reason: DeadLetterReason): Promise<boolean>;
  /**
   * The job to enqueue for a letter, with the same new id each time until that one has failed for good too. Throws
   * `dead_letter_not_found`.
   */
  jobToReplay(id: string): Promise<{
    readonly job: JobToEnqueue & Required<Pick<JobToInsert, 'keptPriority' | 'deadLetter'>>;
    readonly alreadyReplayed: boolean;
  }>;
  /** Does nothing when the replay has failed for good by now. */
  markReplayed(letter: ReplayedLetter): Promise<void>;
}

/**
 * Dead letters in a table of our own. pg-boss's dead-letter queues copy a job under a new id without saying why it
 * failed, and leave it as `failed`, which blocks its key.
 */
export function createDeadLetterTable(execute: Execute, schema: string): DeadLetterTable {
  const find = async (id: string) => {
    const [row] = await execute<DeadLetterRow>(
      `select ${COLUMNS} from dead_letters where job_id::text = $1`,
      [id],
    );
    return row;
  };

  const unknown = (id: string) => notFound('dead_letter_not_found', `There is no dead letter ${id}.`, { id });

  return {
    async bury({ kind, id, attempt }, { code, message }) {
      const buried = await execute(
        `with ended as (
           update ${schema}.job set state = 'cancelled', completed_on = now(), heartbeat_on = null,
             output = jsonb_build_object('code', $4::text, 'error', $5::text)
           where name = $1 and id = $2 and ${IS_HELD} and retry_count = $3
           returning *
         )
         insert into dead_letters (job_id, kind, key, payload, priority, long, correlation_id, causation_id,
           tenant_id, traceparent, attempts, code, message, failed_at, replays)
         select coalesce((data->'deadLetter'->>'id')::uuid, id), name, singleton_key, data->'payload', priority, ${IS_LONG},
           data->>'correlationId', data->>'causationId', coalesce(data->>'tenantId', '${DEFAULT_TENANT}'),
           data->>'traceparent', retry_count + 1, $4, $5, now(),
           coalesce((data->'deadLetter'->>'failedReplays')::int + 1, 0) from ended
         on conflict (job_id) do update set attempts = excluded.attempts, code = excluded.code,
           message = excluded.message, failed_at = excluded.failed_at, replayed_at = null, replays = excluded.replays,
           priority = excluded.priority, long = excluded.long
         returning job_id`,
        [kind, id, attempt - 1, storableText(code), storableText(message)],
      );
      return buried.length > 0;
    },

    async deadLetters({ limit, kind, idPrefix }) {
      const rows = await execute<DeadLetterRow>(
        `select ${COLUMNS} from dead_letters where ($2::text is null or kind = $2) and starts_with(job_id::text, $3)
         order by failed_at desc, job_id limit $1`,
        [limit, kind ?? null, idPrefix ?? ''],
      );
      return rows.map(toDeadLetter);
    },

    async deadLetter(id) {
      const row = await find(id);
      return row && toDeadLetter(row);
    },

    async jobToReplay(id) {
      const row = await find(id);
      if (!row) throw unknown(id);
      const { kind, key, payload, long, priority: keptPriority, correlationId, causationId } = row;
      const deadLetter = { id: row.id, failedReplays: row.failedReplays };
      const replayed = {
        id: replayIdOf(deadLetter.id, deadLetter.failedReplays),
        kind,
        key,
        payload,
        long,
        keptPriority,
      };
      return {
        job: { ...replayed, correlationId, causationId, ...originOf(row), deadLetter },
        alreadyReplayed: row.replayedAt !== null,
      };
    },

    async markReplayed({ id, failedReplays }) {
      await execute(
        `update dead_letters set replayed_at = now()
         where job_id = $1::uuid and replays = $2 and replayed_at is null`,
        [id, failedReplays],
      );
    },

    async discard(id) {
      const discarded = await execute('delete from dead_letters where job_id::text = $1 returning job_id', [
        id,
      ]);
      if (discarded.length === 0) throw unknown(id);
    },

    async pruneDeadLetters({ failedBefore, replayedBefore, limit }) {
      const pruned = await execute(
        `delete from dead_letters where job_id in (
           select job_id from dead_letters
           where replayed_at < $2 or (replayed_at is null and failed_at < $1)
           limit $3)
         returning job_id`,
        [failedBefore, replayedBefore, limit],
      );
      return pruned.length;
    },
  };
}
