import { createMemoryCheckpointStore } from '../../../src/adapters/memory/checkpoint-store.js';
import { checkpointStoreContract } from '../../contracts/checkpoint-store.contract.js';

checkpointStoreContract('memory', async () => {
  const store = createMemoryCheckpointStore();
  return { open: () => store, stop: async () => {} };
});
