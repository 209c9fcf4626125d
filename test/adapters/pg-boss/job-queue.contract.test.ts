import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import type { JobPolicy } from '../../../src/core/job.js';
import { silentLogger } from '../../../src/core/logger.js';
import { jobQueueContract } from '../../contracts/job-queue.contract.js';
import { createTestDatabase } from '../../support/database.js';
import { startMortalWorker } from './queues.js';

jobQueueContract('pg-boss', { delivers: 'once' }, async () => {
  const database = await createTestDatabase();
  const open = (kinds: readonly { kind: string; policy: JobPolicy }[], { hints } = { hints: true }) =>
    createPgBossJobQueue({
      connectionString: database.url,
      kinds,
      logger: silentLogger,
      // Who is alone tells nobody; opened while nothing runs yet, it takes nothing from anybody.
      exclusive: !hints,
      pollIntervalSeconds: 0.1,
      abandonAfterSeconds: 0.3,
    });
  return {
    open,
    async loseWorker(job, policy) {
      const worker = startMortalWorker(database.url, job.kind, policy);
      const sender = await open([{ kind: job.kind, policy }]);
      await sender.enqueue([job]);
      await sender.stop({ graceSeconds: 0 });
      await worker.dieAtWork();
    },
    destroy: () => database.drop(),
  };
});
