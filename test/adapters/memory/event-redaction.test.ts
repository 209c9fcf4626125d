import { createMemoryEventRedaction } from '../../../src/adapters/memory/event-redaction.js';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createMemoryLog } from '../../../src/adapters/memory/memory-log.js';
import { eventRedactionContract } from '../../contracts/event-redaction.contract.js';

eventRedactionContract('memory', async () => {
  const log = createMemoryLog();
  return {
    store: createMemoryEventStore(log),
    redaction: createMemoryEventRedaction(log),
    stop: async () => {},
  };
});
