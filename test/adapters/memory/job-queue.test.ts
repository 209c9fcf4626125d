import { randomUUID } from 'node:crypto';
import {
  createMemoryJobEngine,
  createMemoryJobQueue,
  type MemoryJobEngine,
} from '../../../src/adapters/memory/job-queue/memory-job-queue.js';
import type { DeliveryPromise } from '../../../src/core/job-consumer.js';
import { jobQueueContract } from '../../contracts/job-queue.contract.js';
import type { JobQueueHarness } from '../../contracts/job-queue-bench.js';

/** The engine as a process reaches it until it dies. */
function mortal(engine: MemoryJobEngine) {
  let isDead = false;
  const { jobs } = engine;
  const alive: MemoryJobEngine = {
    ...engine,
    jobs: {
      ...jobs,
      take: (kind, room) => (isDead ? [] : jobs.take(kind, room)),
      renew: async (attempts) => (isDead ? new Map() : jobs.renew(attempts)),
      settle: (attempt, settlement) => (isDead ? undefined : jobs.settle(attempt, settlement)),
    },
  };
  return {
    engine: alive,
    die() {
      isDead = true;
    },
  };
}

const startedAs = (delivers: DeliveryPromise) => async (): Promise<JobQueueHarness> => {
  const engine = createMemoryJobEngine(delivers);
  return {
    open: async (kinds, { hints } = { hints: true }) =>
      createMemoryJobQueue({ engine, kinds, hints, abandonAfterSeconds: 0.3 }),
    async loseWorker(job, policy, claims) {
      const process = mortal(engine);
      const queue = createMemoryJobQueue({ engine: process.engine, kinds: [{ kind: job.kind, policy }] });
      const started = Promise.withResolvers<void>();
      await queue.work(job.kind, { concurrency: 1, policy }, async ({ id: jobId, attempt }) => {
        await claims.claim({ jobId, attempt, deliveryId: randomUUID() });
        started.resolve();
        return new Promise(() => {});
      });
      await queue.enqueue([job]);
      await started.promise;
      process.die();
    },
    destroy: async () => {},
  };
};

jobQueueContract('memory', { delivers: 'once' }, startedAs('once'));
jobQueueContract('repeating memory', { delivers: 'at-least-once' }, startedAs('at-least-once'));
