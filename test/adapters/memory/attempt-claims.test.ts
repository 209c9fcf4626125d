import { createMemoryAttemptClaims } from '../../../src/adapters/memory/attempt-claims.js';
import { attemptClaimsContract } from '../../contracts/attempt-claims.contract.js';

attemptClaimsContract('memory', async () => {
  const claims = createMemoryAttemptClaims();
  return { open: async () => claims, destroy: async () => {} };
});
