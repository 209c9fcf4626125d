import type { RunningAttempt } from './attempt.js';

/** One attempt of one job: the fence that whatever is said of it stands behind. */
export interface AttemptId {
  readonly kind: string;
  readonly id: string;
  readonly attempt: number;
}

/**
 * Renews leases, also of jobs that were put back and not taken since; the answer says which attempts, as
 * `id:attempt`, are still ours or were cancelled in our hands.
 */
export type RenewLeases = (
  attempts: readonly AttemptId[],
) => Promise<ReadonlyMap<string, 'held' | 'cancelled'>>;

export interface Leases {
  /** Keeps the attempt's lease until the returned function is called; aborts the attempt when the lease is lost. */
  hold(attempt: RunningAttempt, leaseSeconds: number): () => void;
  /** Renews first what could not be renewed for a lease, so that no job is taken from this very process by itself. */
  catchUp(): Promise<void>;
  stop(): void;
}

/**
 * Renews the leases of all running attempts in one statement, three times a lease, and only while there are any.
 * A database that is away aborts nothing: whether a lease is lost only the database can say, and the fence refuses
 * the late in any case.
 */
export function createLeases(renewAttempts: RenewLeases, onError: (error: unknown) => void): Leases {
  const held = new Map<RunningAttempt, { readonly leaseSeconds: number; renewedAt: number }>();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let renewing: Promise<void> | undefined;

  const intervalMs = () => Math.min(...[...held.values()].map((lease) => lease.leaseSeconds * 333));

  const schedule = () => {
    if (renewing || held.size === 0) return;
    const nextAt = performance.now() + intervalMs();
    if (timer && dueAt <= nextAt) return;
    clearTimeout(timer);
    dueAt = nextAt;
    timer = setTimeout(() => {
      timer = undefined;
      void renewAll();
    }, intervalMs());
  };

  const renewAll = () => {
    renewing ??= renew().finally(() => {
      renewing = undefined;
      schedule();
    });
    return renewing;
  };

  const renew = async () => {
    const askedAt = Date.now();
    const asked = [...held.entries()];
    const ids = asked.map(([{ job }]): AttemptId => ({ kind: job.kind, id: job.id, attempt: job.attempt }));
    try {
      const known = await renewAttempts(ids);
      for (const [attempt, lease] of asked) {
        const standing = known.get(`${attempt.job.id}:${attempt.job.attempt}`) ?? 'lease_lost';
        if (standing === 'held') lease.renewedAt = askedAt;
        else attempt.abort(standing);
      }
    } catch (error) {
      onError(error);
    }
  };

  return {
    hold(attempt, leaseSeconds) {
      held.set(attempt, { leaseSeconds, renewedAt: Date.now() });
      schedule();
      return () => held.delete(attempt);
    },
    async catchUp() {
      const isOverdue = [...held.values()].some(
        ({ renewedAt, leaseSeconds }) => Date.now() - renewedAt > leaseSeconds * 1000,
      );
      if (isOverdue) await renewAll();
    },
    stop() {
      clearTimeout(timer);
      held.clear();
    },
  };
}
