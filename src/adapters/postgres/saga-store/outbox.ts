import type { OutboxEntry, OutboxOutcome, SagaStore } from '../../../core/saga-store.js';
import type { Asked } from '../connection/database-errors.js';
import { isDue } from './due.js';

export async function readOutbox(
  database: Asked,
  { sagas, now, limit, except }: Parameters<SagaStore['outbox']>[0],
): Promise<OutboxEntry[]> {
  const { rows } = await database.query<OutboxEntry>({
    name: 'saga-outbox',
    text: `
      select id, saga, instance, body, origin, attempts from saga_outbox entry
      where refused_at is null and saga = any($1) and (due_at is null or ${isDue('due_at', '$2')})
        and (saga, instance) not in (select * from unnest($3::text[], $4::text[]))
        and not exists (
          select from saga_outbox earlier
          where earlier.saga = entry.saga and earlier.instance = entry.instance
            and earlier.sequence < entry.sequence and earlier.refused_at is null and not ${isDue('earlier.due_at', '$2')})
      order by sequence limit $5`,
    values: [sagas, now, except.map(({ saga }) => saga), except.map(({ instance }) => instance), limit],
  });
  return rows;
}

export async function settleOutbox(database: Asked, outcomes: readonly OutboxOutcome[]): Promise<void> {
  const done = outcomes.filter((outcome) => 'done' in outcome);
  const refused = outcomes.filter((outcome) => 'refused' in outcome);
  const postponed = outcomes.filter((outcome) => 'postponed' in outcome);
  await database.query({
    name: 'saga-settle',
    text: `
      with done as (
        delete from saga_outbox where id = any($1::uuid[])
      ), refused as (
        update saga_outbox entry set
          refused_code = row.code, error = row.message, refused_at = row.at, due_at = null, attempts = attempts + 1
        from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as row (id, code, message, at)
        where entry.id = row.id
      )
      update saga_outbox entry set error = row.error, due_at = row.due_at, attempts = attempts + 1
      from unnest($6::uuid[], $7::text[], $8::timestamptz[]) as row (id, error, due_at)
      where entry.id = row.id`,
    values: [
      done.map(({ id }) => id),
      refused.map(({ id }) => id),
      refused.map((outcome) => outcome.refused.code),
      refused.map((outcome) => outcome.refused.message),
      refused.map((outcome) => outcome.refused.at),
      postponed.map(({ id }) => id),
      postponed.map((outcome) => outcome.postponed.error),
      postponed.map((outcome) => outcome.postponed.dueAt),
    ],
  });
}
