import type { RunningAttempt } from './attempt.js';
import type { AttemptId, JobStatements } from './job-statements.js';

export interface Leases {
  /** Keeps the attempt's lease until the returned function is called; aborts the attempt when the lease is lost. */
  hold(attempt: RunningAttempt, leaseSeconds: number): () => void;
  stop(): void;
}

/**
 * Renews the leases of all running attempts in one statement, three times a lease, and only while there are any.
 * A database that is away aborts nothing: whether a lease is lost only the database can say, and the fence refuses
 * the late in any case.
 */
export function createLeases(statements: JobStatements, onError: (error: unknown) => void): Leases {
  const held = new Map<string, { attempt: RunningAttempt; leaseSeconds: number }>();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let renewing = false;

  const intervalMs = () => Math.min(...[...held.values()].map((lease) => lease.leaseSeconds * 333));

  const schedule = () => {
    if (renewing || held.size === 0) return;
    const nextAt = performance.now() + intervalMs();
    if (timer && dueAt <= nextAt) return;
    clearTimeout(timer);
    dueAt = nextAt;
    timer = setTimeout(renew, intervalMs());
  };

  const renew = async () => {
    timer = undefined;
    if (held.size === 0) return;
    renewing = true;
    const asked = [...held.entries()];
    const ids = asked.map(
      ([, { attempt }]): AttemptId => ({
        kind: attempt.job.kind,
        id: attempt.job.id,
        attempt: attempt.job.attempt,
      }),
    );
    try {
      const known = await statements.renew(ids);
      for (const [token, { attempt }] of asked) {
        const standing = known.get(token) ?? 'lease_lost';
        if (standing !== 'held') attempt.abort(standing);
      }
    } catch (error) {
      onError(error);
    } finally {
      renewing = false;
      schedule();
    }
  };

  return {
    hold(attempt, leaseSeconds) {
      const token = `${attempt.job.id}:${attempt.job.attempt}`;
      held.set(token, { attempt, leaseSeconds });
      schedule();
      return () => held.delete(token);
    },
    stop() {
      clearTimeout(timer);
      held.clear();
    },
  };
}
