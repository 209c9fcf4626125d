import type { RunningAttempt } from './attempt.js';
import type { Suspects } from './suspects.js';

/** What a consumer has room for. */
export interface Room {
  readonly limit: number;
  readonly shortOnly: boolean;
  readonly unsuspectedOnly: boolean;
}

/** Who holds the slots of one kind. */
export interface Slots {
  readonly running: ReadonlySet<RunningAttempt>;
  room(): Room;
  occupy(attempt: RunningAttempt): void;
  vacate(attempt: RunningAttempt): void;
  /** It runs for so long that short work must not have to wait for its end. */
  countAsLong(attempt: RunningAttempt): void;
  /** Whether it was let into the slot that opens for short work. */
  isExtra(attempt: RunningAttempt): boolean;
}

/** When long work holds every slot, one more opens for short work: no film makes clips wait for its end. */
export function createSlots(concurrency: number, suspects: Pick<Suspects, 'isTaken'>): Slots {
  const running = new Set<RunningAttempt>();
  const overlong = new Set<RunningAttempt>();
  const isLong = (attempt: RunningAttempt) => attempt.job.long || overlong.has(attempt);
  return {
    running,
    room() {
      const free = concurrency - running.size;
      const unsuspectedOnly = suspects.isTaken();
      if (free > 0) return { limit: free, shortOnly: false, unsuspectedOnly };
      const isExpressOpen = free === 0 && [...running].every(isLong);
      return { limit: isExpressOpen ? 1 : 0, shortOnly: true, unsuspectedOnly };
    },
    occupy: (attempt) => void running.add(attempt),
    vacate(attempt) {
      running.delete(attempt);
      overlong.delete(attempt);
    },
    countAsLong: (attempt) => void overlong.add(attempt),
    // They stand in the order in which they began, and the last one in was let into it.
    isExtra: (attempt) => [...running].indexOf(attempt) >= concurrency,
  };
}
