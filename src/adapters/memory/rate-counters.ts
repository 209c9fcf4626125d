import { type RateCounters, takeAt } from '../../core/rate-counters.js';

/** Of the callers heard of most recently. */
const CALLERS_KNOWN = 10_000;

/** What callers do with this process. */
export function createMemoryRateCounters(nowMilliseconds: () => number): RateCounters {
  // In the order they were heard of last, so that the first one is the one to forget.
  const fullAt = new Map<string, number>();
  return {
    async take(name, allowance) {
      const now = nowMilliseconds();
      const taken = takeAt(fullAt.get(name) ?? now, now, allowance);
      fullAt.delete(name);
      if (fullAt.size >= CALLERS_KNOWN) fullAt.delete(fullAt.keys().next().value ?? '');
      fullAt.set(name, taken.fullAt);
      return { isAllowed: taken.isAllowed, retryAfterSeconds: taken.retryAfterSeconds };
    },
  };
}
