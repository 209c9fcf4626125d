import { createMemoryViewers } from '../../../src/adapters/memory/viewers.js';
import { viewersContract } from '../../contracts/viewers.contract.js';

viewersContract('memory', async () => {
  const viewers = new Map<string, string>();
  return { open: () => createMemoryViewers(viewers), stop: async () => {} };
});
