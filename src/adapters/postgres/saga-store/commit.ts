import type { SagaCommit } from '../../../core/saga-store.js';
import type { Asked } from '../connection/database-errors.js';

/**
 * One statement, so one transaction and one round trip. Everything hangs on `fence`: when the saga has moved on, it
 * gives no row and nothing is written. Its row lock also makes the commits of one saga follow one another, which is
 * why sequences of the outbox and of parked inputs are in commit order.
 */
const COMMIT = `
  with fence as (
    update sagas set
      version = version + 1,
      checkpoint = coalesce($3, checkpoint),
      failure = case when $3 is null then failure else $4::json end
    where name = $1 and version = $2
    returning name
  ), put_instances as (
    insert into saga_instances (saga, instance, state, failure, retry_at, completed_at)
    select name, row.*, case when row.state is null then $17::timestamptz end
    from fence, unnest($5::text[], $6::json[], $7::json[], $8::timestamptz[])
      as row (instance, state, failure, retry_at)
    on conflict (saga, instance) do update
      set state = excluded.state, failure = excluded.failure, retry_at = excluded.retry_at,
        completed_at = excluded.completed_at
  ), removed_timers as (
    delete from saga_timers using fence
    where saga = name and (
      instance = any($9::text[]) or (instance, timer) in (select * from unnest($10::text[], $11::text[])))
  ), put_timers as (
    insert into saga_timers (saga, instance, timer, id, due_at, origin)
    select name, row.* from fence,
      unnest($12::text[], $13::text[], $14::uuid[], $15::timestamptz[], $16::json[]) as row
    on conflict (saga, instance, timer) do update
      set id = excluded.id, due_at = excluded.due_at, origin = excluded.origin
  ), outputs as (
    insert into saga_outbox (id, saga, instance, body, origin, created_at)
    select id, name, instance, body, origin, $17::timestamptz
    from fence, unnest($18::uuid[], $19::text[], $20::json[], $21::json[])
      with ordinality as row (id, instance, body, origin, place)
    order by place
    on conflict (id) do nothing
  ), parked as (
    insert into saga_parked_inputs (saga, instance, trigger)
    select name, instance, trigger
    from fence, unnest($22::text[], $23::json[]) with ordinality as row (instance, trigger, place)
    order by place
  ), unparked as (
    delete from saga_parked_inputs using fence where saga = name and sequence = any($24::bigint[])
  )
  select name from fence`;

export async function commitSagaStep(database: Asked, changes: SagaCommit): Promise<boolean> {
  const { instances, removeTimers, setTimers, outputs, park, progress } = changes;
  const { rowCount } = await database.query({
    name: 'saga-commit',
    text: COMMIT,
    values: [
      changes.saga,
      changes.version,
      progress?.checkpoint ?? null,
      json(progress?.failure ?? null),
      instances.map(({ instance }) => instance),
      instances.map(({ state }) => state ?? null),
      instances.map(({ parked }) => json(parked?.failure ?? null)),
      instances.map(({ parked }) => parked?.retryAt ?? null),
      instances.filter(({ state }) => state === undefined).map(({ instance }) => instance),
      removeTimers.map(({ instance }) => instance),
      removeTimers.map(({ timer }) => timer),
      setTimers.map(({ instance }) => instance),
      setTimers.map(({ timer }) => timer),
      setTimers.map(({ id }) => id),
      setTimers.map(({ dueAt }) => dueAt),
      setTimers.map(({ origin }) => json(origin)),
      changes.at,
      outputs.map(({ id }) => id),
      outputs.map(({ instance }) => instance),
      outputs.map(({ body }) => json(body)),
      outputs.map(({ origin }) => json(origin)),
      park.map(({ instance }) => instance),
      park.map(({ trigger }) => json(trigger)),
      changes.unpark,
    ],
  });
  return rowCount === 1;
}

const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
