import { createPostgresEventStore } from '../../../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresEventRedaction } from '../../../../src/adapters/postgres/event-store/redaction.js';
import { eventRedactionContract } from '../../../contracts/event-redaction.contract.js';
import { createTestDatabase } from '../../../support/database.js';

eventRedactionContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const store = createPostgresEventStore(database);
  return {
    store,
    redaction: createPostgresEventRedaction(database.pool),
    async stop() {
      await store.close();
      await database.drop();
    },
  };
});
