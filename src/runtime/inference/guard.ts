import { isRetryable, MediaFlowError, unavailable } from '../../core/errors.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import { underOwnSignal } from '../../core/own-signal.js';
import { limitConcurrency } from '../limit-concurrency.js';
import { createCircuitBreaker } from './circuit-breaker.js';

const FAILURES = 3;
const PAUSE_SECONDS = 30;

/**
 * A provider that holds nobody up: so many requests at a time, each within a deadline (`provider_too_slow`), and none while it has failed again and again (`provider_paused`).
 */
export function guard(
  provider: InferenceClient,
  options: {
    readonly name: string;
    readonly maximumRequests: number;
    /** The wait for its turn included. */
    readonly deadlineSeconds: number;
    /** Milliseconds, from any beginning. */
    readonly now: () => number;
  },
): InferenceClient {
  const { name, maximumRequests, deadlineSeconds, now } = options;
  const inTurn = limitConcurrency(maximumRequests);
  const breaker = createCircuitBreaker({
    ...{ name, failures: FAILURES, pauseSeconds: PAUSE_SECONDS, now },
    // What it refuses says nothing of whether it is well; who gave up has not waited for it.
    counts: (error) => error instanceof MediaFlowError && isRetryable(error),
  });
  return {
    ...provider,
    infer: (task, request, { signal }) =>
      underOwnSignal(signal, async (both) => {
        const late = setTimeout(
          () =>
            both.abort(
              unavailable('provider_too_slow', `${name} has not answered within ${deadlineSeconds} s.`),
            ),
          deadlineSeconds * 1000,
        );
        try {
          return await breaker.run(() =>
            inTurn(() => provider.infer(task, request, { signal: both.signal })),
          );
        } finally {
          clearTimeout(late);
        }
      }),
  };
}
