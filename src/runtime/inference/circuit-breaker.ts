import { type MediaFlowError, unavailable } from '../../core/errors.js';

/** Keeps away from what has failed again and again, so that nobody waits for it in vain. */
export interface CircuitBreaker {
  /**
   * Does the work, unless too much of it has failed of late: then it rejects at once with `provider_paused`, until a pause is over and one that tries has come through.
   */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createCircuitBreaker(options: {
  readonly name: string;
  /** One after the other; that many open it. */
  readonly failures: number;
  readonly pauseSeconds: number;
  /** Whether an error says something about the other side. */
  readonly counts: (error: unknown) => boolean;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}): CircuitBreaker {
  const { name, failures, pauseSeconds, counts, now } = options;
  let failed = 0;
  let closedUntil = 0;
  let isTrying = false;

  const paused = (): MediaFlowError =>
    unavailable('provider_paused', `${name} has failed again and again and is left alone for a moment.`);

  return {
    async run(work) {
      const wasOpen = failed >= failures;
      if (wasOpen && (isTrying || now() < closedUntil)) throw paused();
      isTrying = wasOpen;
      try {
        const result = await work();
        failed = 0;
        return result;
      } catch (error) {
        if (counts(error)) {
          failed++;
          closedUntil = now() + pauseSeconds * 1000;
        }
        throw error;
      } finally {
        if (wasOpen) isTrying = false;
      }
    },
  };
}
