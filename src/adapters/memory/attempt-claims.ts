import type { AttemptClaims } from '../../core/attempt-claims.js';

/** Claims that are forgotten when the process ends: for tests. */
export function createMemoryAttemptClaims(): AttemptClaims {
  const claimants = new Map<string, string>();
  return {
    async claim({ jobId, attempt, deliveryId }) {
      const token = `${jobId}:${attempt}`;
      if (!claimants.has(token)) claimants.set(token, deliveryId);
      return claimants.get(token) === deliveryId;
    },
  };
}
