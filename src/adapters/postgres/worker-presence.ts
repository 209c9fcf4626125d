import type pg from 'pg';
import type { WorkerPresence } from '../../core/worker-presence.js';
import { tellingTrouble } from './connection/database-errors.js';

/**
 * The presence of workers in PostgreSQL, one statement each. Whoever has said nothing for so long is taken to be dead. The pool
 * stays the caller's.
 */
export function createPostgresWorkerPresence(
  pool: pg.Pool,
  { forgottenAfterSeconds }: { readonly forgottenAfterSeconds: number },
): WorkerPresence {
  const database = tellingTrouble('database_unavailable', pool);

  return {
    async seen(processId, kinds) {
      await database.query(
        `with old as (
           select process_id from worker_processes
           where seen_at < now() - $3 * interval '1 second' and process_id <> $1
           limit 100 for update skip locked
         ), forgotten as (
           delete from worker_processes using old where worker_processes.process_id = old.process_id
         )
         insert into worker_processes (process_id, kinds) values ($1, $2)
         on conflict (process_id) do update set kinds = excluded.kinds, seen_at = now()`,
        [processId, kinds, forgottenAfterSeconds],
      );
    },

    async gone(processId) {
      await database.query('delete from worker_processes where process_id = $1', [processId]);
    },

    async takers() {
      const { rows } = await database.query<{ kind: string; processes: number }>(
        `select kind, count(*)::int as processes from worker_processes, unnest(kinds) as kind
         where seen_at >= now() - $1 * interval '1 second' group by kind`,
        [forgottenAfterSeconds],
      );
      return new Map(rows.map(({ kind, processes }) => [kind, processes]));
    },
  };
}
