import type { Instant } from '../core/time.js';

/** Time as the runtime sees it, so that tests can own it. */
export interface Clock {
  now(): Instant;
  /** Resolves after so many seconds, or as soon as the signal fires; never rejects. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
}

const LONGEST_TIMEOUT_MILLISECONDS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  sleep: (seconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timeout);
        signal.removeEventListener('abort', end);
        resolve();
      };
      // Rounded up: waking a moment before the time would only mean to look twice.
      const timeout = setTimeout(end, Math.min(Math.ceil(seconds * 1000), LONGEST_TIMEOUT_MILLISECONDS));
      signal.addEventListener('abort', end, { once: true });
    }),
};
