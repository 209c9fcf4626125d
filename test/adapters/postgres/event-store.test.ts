import { createPostgresEventStore } from '../../../src/adapters/postgres/event-store.js';
import { eventStoreContract } from '../../contracts/event-store.contract.js';
import { createTestDatabase } from '../../support/database.js';

eventStoreContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  return {
    open: async () => createPostgresEventStore({ pool: database.pool, listener: database.listener }),
    stop: () => database.drop(),
  };
});
