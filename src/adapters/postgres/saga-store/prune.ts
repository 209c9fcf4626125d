import type { Instant } from '../../../core/time.js';
import type { Asked } from '../connection/database-errors.js';

export async function pruneRefused(database: Asked, refusedBefore: Instant, limit: number): Promise<number> {
  const { rowCount } = await database.query(
    `delete from saga_outbox where id in (
       select id from saga_outbox where refused_at < $1 limit $2)`,
    [refusedBefore, limit],
  );
  return rowCount ?? 0;
}

export async function pruneCompleted(
  database: Asked,
  completedBefore: Instant,
  limit: number,
): Promise<number> {
  const { rowCount } = await database.query(
    `delete from saga_instances where (saga, instance) in (
       select saga, instance from saga_instances completed
       where completed_at < $1
         and exists (select from sagas where name = completed.saga and sagas.failure is null)
         and not exists (
           select from saga_outbox entry
           where entry.saga = completed.saga and entry.instance = completed.instance)
       limit $2)`,
    [completedBefore, limit],
  );
  return rowCount ?? 0;
}
