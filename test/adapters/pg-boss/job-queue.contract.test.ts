import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import { silentLogger } from '../../../src/core/logger.js';
import { jobQueueContract } from '../../contracts/job-queue.contract.js';
import { createTestDatabase } from '../../support/database.js';

jobQueueContract('pg-boss', async () => {
  const database = await createTestDatabase();
  return {
    open: (kinds, { hints } = { hints: true }) =>
      createPgBossJobQueue({
        connectionString: database.url,
        kinds,
        logger: silentLogger,
        // Who is alone tells nobody; opened while nothing runs yet, it takes nothing from anybody.
        exclusive: !hints,
        pollIntervalSeconds: 0.1,
        abandonAfterSeconds: 0.3,
      }),
    destroy: () => database.drop(),
  };
});
