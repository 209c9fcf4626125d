import { createMemoryEventPublisher } from '../../../src/adapters/memory/event-publisher.js';
import { eventPublisherContract } from '../../contracts/event-publisher.contract.js';

eventPublisherContract('memory', async () => {
  const publisher = createMemoryEventPublisher();
  return {
    publisher,
    read: async (key) => publisher.published.filter((record) => record.key === key),
    stop: async () => {},
  };
});
