import type { JobPolicy } from './job.js';

/**
 * Seconds to wait after failed attempt number `attempt` (from 1): exponential with full jitter, so that jobs which
 * failed together do not come back together. `random` gives a number in [0, 1); the result is in
 * [0, min(maximumSeconds, firstSeconds × 2^(attempt − 1))).
 */
export function backoffSeconds(
  policy: Pick<JobPolicy, 'backoff'>,
  attempt: number,
  random: () => number,
): number {
  const { firstSeconds, maximumSeconds } = policy.backoff;
  return random() * Math.min(maximumSeconds, firstSeconds * 2 ** Math.min(attempt - 1, 60));
}
