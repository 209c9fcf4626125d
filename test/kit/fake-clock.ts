import { addSeconds, type Instant } from '../../src/core/time.js';
import type { Clock } from '../../src/runtime/clock.js';

export interface FakeClock extends Clock {
  /** Moves time and wakes whoever has slept long enough. */
  advance(seconds: number): void;
}

/** A clock that stands still until told. */
export function createFakeClock(start: Instant = '2026-11-21T09:00:00.000Z'): FakeClock {
  let now = start;
  const sleepers = new Set<{ readonly until: Instant; wake(): void }>();
  return {
    now: () => now,
    sleep: (seconds, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const sleeper = {
          until: addSeconds(now, seconds),
          wake() {
            sleepers.delete(sleeper);
            signal.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener('abort', sleeper.wake, { once: true });
      }),
    advance(seconds) {
      now = addSeconds(now, seconds);
      for (const sleeper of [...sleepers]) if (sleeper.until <= now) sleeper.wake();
    },
  };
}
