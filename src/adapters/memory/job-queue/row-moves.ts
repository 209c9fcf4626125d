import type { Settlement } from '../../../consuming/attempt.js';
import type { DeadLetterReason } from '../../../core/dead-letter.js';
import type { MemoryJob } from './memory-job.js';

/** What happens to a job, each time with word to those who may take the next. */
export interface RowMoves {
  /** Its worker is given up when it sends no heartbeat for a lease from now on. */
  expectHeartbeat(row: MemoryJob): void;
  settle(row: MemoryJob, settlement: Settlement): void;
  end(row: MemoryJob, state: 'over' | 'cancelled'): void;
}

export function createRowMoves(options: {
  wake(kind: string): void;
  bury(row: MemoryJob, reason: DeadLetterReason): void;
}): RowMoves {
  const change = (row: MemoryJob, changes: Partial<MemoryJob>) => {
    clearTimeout(row.timer);
    Object.assign(row, changes);
    options.wake(row.job.kind);
  };

  const putBack = (row: MemoryJob, seconds: number, changes: Partial<MemoryJob>) => {
    change(row, { ...changes, state: 'waiting', isDue: seconds <= 0, dueSince: performance.now() });
    if (seconds > 0)
      row.timer = setTimeout(
        () => change(row, { isDue: true, dueSince: performance.now() }),
        Math.ceil(seconds * 1000) + 1,
      ).unref();
  };

  const lose = (row: MemoryJob) => {
    const losses = row.losses + 1;
    const loss = { attempt: row.attempt, alone: losses, withMachine: 0, isWithMachine: false };
    putBack(row, 0, { losses, loss, isSuspect: false, maximumAttempts: row.maximumAttempts + 1 });
  };

  return {
    expectHeartbeat(row) {
      clearTimeout(row.timer);
      row.timer = setTimeout(lose, row.leaseSeconds * 1000, row).unref();
    },
    settle(row, settlement) {
      const oneMore = { maximumAttempts: row.maximumAttempts + 1 };
      if ('done' in settlement) change(row, { state: 'over' });
      if ('released' in settlement) putBack(row, 0, oneMore);
      if ('retryInSeconds' in settlement) putBack(row, settlement.retryInSeconds, { loss: undefined });
      if ('setAsideSeconds' in settlement) {
        const loss = settlement.keepsLoss ? row.loss : undefined;
        putBack(row, settlement.setAsideSeconds, { ...oneMore, loss, isSuspect: true });
      }
      if ('deadLetter' in settlement) {
        options.bury(row, settlement.deadLetter);
        change(row, { state: 'over' });
      }
    },
    end: (row, state) => change(row, { state }),
  };
}
