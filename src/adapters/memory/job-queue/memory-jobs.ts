import type { Settlement } from '../../../consuming/attempt.js';
import type { AttemptId, RenewLeases } from '../../../consuming/leases.js';
import type { Room } from '../../../consuming/slots.js';
import type { DeadLetterReason } from '../../../core/dead-letter.js';
import type { JobCancellation } from '../../../core/job.js';
import type { RunningJob } from '../../../core/running-job.js';
import { fits, headsOf } from './heads.js';
import { type MemoryJob, runningJobOf } from './memory-job.js';
import { createRowMoves } from './row-moves.js';

/** What is told to all queues that are open on the same jobs. */
export interface JobListener {
  /** There may be a job of this kind to take. */
  wake(kind: string): void;
  cancelled(ids: readonly string[]): void;
}

/** An attempt that is handed out. */
export interface TakenJob {
  readonly job: RunningJob;
  readonly isSuspect: boolean;
  readonly leaseSeconds: number;
}

/** The jobs that queues share, as processes share a database. */
export interface MemoryJobs {
  /** One whose id is known is left as it is. */
  insert(rows: readonly MemoryJob[]): void;
  take(kind: string, room: Room): TakenJob[];
  readonly renew: RenewLeases;
  /** Does nothing when the attempt is not held any more. */
  settle(attempt: AttemptId, settlement: Settlement): void;
  markLong(attempt: AttemptId): void;
  /** The ids of those that are in a worker's hands. None when this cancellation has been made before. */
  cancel(cancellation: JobCancellation): string[];
  count(kind: string, state: MemoryJob['state']): number;
  /** For how many seconds the first of those that are due has waited; 0 where none is. */
  waitSeconds(kind: string): number;
  /** Everybody who listens hears of these. */
  tellCancelled(ids: readonly string[]): void;
  /** Calls back until the returned function is called. */
  listen(listener: JobListener): () => void;
}

/**
 * With `deliversTwice` every attempt is handed out once more, to whoever asks next, while it is worked on or when that is
 * over: as a log does whose partitions are given to others.
 */
export function createMemoryJobs(options: {
  readonly deliversTwice: boolean;
  bury(row: MemoryJob, reason: DeadLetterReason): void;
}): MemoryJobs {
  const rows = new Map<string, MemoryJob>();
  const cancellations = new Set<string>();
  const listeners = new Set<JobListener>();
  let copies: { readonly row: MemoryJob; readonly taken: TakenJob }[] = [];

  // Not before the change under way is whole.
  const wake = (kind: string) =>
    queueMicrotask(() => {
      for (const listener of listeners) listener.wake(kind);
    });
  const moves = createRowMoves({ wake, bury: options.bury });

  const find = ({ id, attempt }: AttemptId, state: MemoryJob['state']) => {
    const row = rows.get(id);
    return row?.state === state && row.attempt === attempt ? row : undefined;
  };

  function takeUp(row: MemoryJob): TakenJob {
    row.state = 'active';
    row.attempt++;
    moves.expectHeartbeat(row);
    const { isSuspect, leaseSeconds } = row;
    const taken = { job: runningJobOf(row), isSuspect, leaseSeconds };
    if (options.deliversTwice) {
      copies.push({ row, taken });
      wake(row.job.kind);
    }
    return taken;
  }

  return {
    insert(inserted) {
      for (const row of inserted) if (!rows.has(row.job.id)) rows.set(row.job.id, row);
      for (const kind of new Set(inserted.map((row) => row.job.kind))) wake(kind);
    },
    take(kind, room) {
      const again = copies.filter(({ row }) => row.job.kind === kind && fits(row, room)).slice(0, room.limit);
      copies = copies.filter((copy) => !again.includes(copy));
      const first = headsOf(rows.values(), kind).filter((row) => fits(row, room));
      return [...again.map((copy) => copy.taken), ...first.slice(0, room.limit - again.length).map(takeUp)];
    },
    async renew(attempts) {
      const standings = new Map<string, 'held' | 'cancelled'>();
      for (const attempt of attempts) {
        const token = `${attempt.id}:${attempt.attempt}`;
        const row = find(attempt, 'active');
        if (row) moves.expectHeartbeat(row);
        if (row) standings.set(token, 'held');
        else if (find(attempt, 'cancelled')) standings.set(token, 'cancelled');
      }
      return standings;
    },
    settle(attempt, settlement) {
      const row = find(attempt, 'active');
      if (row) moves.settle(row, settlement);
    },
    markLong(attempt) {
      const row = find(attempt, 'active');
      if (row) row.isLong = true;
    },
    cancel({ id, kinds, key }) {
      if (cancellations.has(id)) return [];
      cancellations.add(id);
      const unwanted = [...rows.values()].filter(({ job }) => kinds.includes(job.kind) && job.key === key);
      const running = unwanted.filter(({ state }) => state === 'active');
      for (const row of unwanted) if (row.state === 'waiting') moves.end(row, 'over');
      for (const row of running) moves.end(row, 'cancelled');
      return running.map(({ job }) => job.id);
    },
    count: (kind, state) =>
      [...rows.values()].filter((row) => row.job.kind === kind && row.state === state).length,
    waitSeconds(kind) {
      const due = [...rows.values()].filter(
        (row) => row.job.kind === kind && row.state === 'waiting' && row.isDue,
      );
      return due.reduce((most, row) => Math.max(most, (performance.now() - row.dueSince) / 1000), 0);
    },
    tellCancelled(ids) {
      for (const listener of listeners) listener.cancelled(ids);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
