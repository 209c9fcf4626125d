import { createMemoryEventStore, createMemoryLog } from '../../../src/adapters/memory/event-store.js';
import { eventStoreContract } from '../../contracts/event-store.contract.js';

eventStoreContract('memory', async () => {
  const log = createMemoryLog();
  return { open: async () => createMemoryEventStore(log), stop: async () => {} };
});
