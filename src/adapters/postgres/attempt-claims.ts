import type pg from 'pg';
import type { AttemptClaims } from '../../core/attempt-claims.js';
import { orUnavailable } from './connection/database-errors.js';

/**
 * Claims in PostgreSQL: one statement each, which forgets some old ones as well. They must be kept for longer than their
 * queue may deliver again what it has delivered once. The pool stays the caller's.
 */
export function createPostgresAttemptClaims(
  pool: pg.Pool,
  { retentionSeconds }: { readonly retentionSeconds: number },
): AttemptClaims {
  return {
    async claim({ jobId, attempt, deliveryId }) {
      // Who comes second waits for the first to commit, and is told by whom the row is.
      const { rows } = await pool
        .query<{ isOurs: boolean }>(
          `with old as (
             select job_id, attempt from attempt_claims
             where claimed_at < now() - $4 * interval '1 second' and (job_id, attempt) <> ($1, $2)
             limit 100 for update skip locked
           ), forgotten as (
             delete from attempt_claims claims using old
             where claims.job_id = old.job_id and claims.attempt = old.attempt
           )
           insert into attempt_claims as claims (job_id, attempt, delivery_id) values ($1, $2, $3)
           on conflict (job_id, attempt) do update set delivery_id = claims.delivery_id
           returning delivery_id = $3 as "isOurs"`,
          [jobId, attempt, deliveryId, retentionSeconds],
        )
        .catch(orUnavailable('attempt_claims_unavailable'));
      return rows[0]?.isOurs ?? false;
    },
  };
}
