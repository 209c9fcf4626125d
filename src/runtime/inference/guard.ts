import { isRetryable, MediaFlowError, unavailable } from '../../core/errors.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { InferenceTask } from '../../core/inference/task-table.js';
import { underOwnSignal } from '../../core/own-signal.js';
import { limitConcurrency } from '../limit-concurrency.js';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.js';

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
  const breakers = new Map<InferenceTask, CircuitBreaker>();
  // One for each task: who waits for two seconds alone, and gives up three times, keeps nobody from what takes longer.
  const breakerOf = (task: InferenceTask): CircuitBreaker => {
    const breaker =
      breakers.get(task) ??
      createCircuitBreaker({
        ...{ name, failures: FAILURES, pauseSeconds: PAUSE_SECONDS, now },
        // What it refuses says nothing of whether it is well; who gave up without a reason of ours has not waited for it.
        counts: (error) => error instanceof MediaFlowError && isRetryable(error),
      });
    breakers.set(task, breaker);
    return breaker;
  };
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
          return await breakerOf(task).run(() =>
            inTurn(() => provider.infer(task, request, { signal: both.signal })),
          );
        } finally {
          clearTimeout(late);
        }
      }),
  };
}
