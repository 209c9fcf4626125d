import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, vi } from 'vitest';
import { createPgBossJobQueue, type PgBossJobQueueOptions } from '../../../src/adapters/pg-boss/job-queue.js';
import type { JobPolicy, JobToEnqueue } from '../../../src/core/job.js';
import type { JobQueue } from '../../../src/core/job-queue.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { JobHandler } from '../../../src/core/running-job.js';
import { createTestDatabase } from '../../support/database.js';
import { runTypeScript } from '../../support/typescript-process.js';

export const policy: JobPolicy = {
  maximumAttempts: 3,
  leaseSeconds: 1,
  timeLimitSeconds: 60,
  backoff: { firstSeconds: 0.01, maximumSeconds: 0.05 },
};

export const newKind = () => `kind-${randomUUID()}`;
export const job = (kind: string, fields: Partial<JobToEnqueue> = {}): JobToEnqueue => ({
  ...{ id: randomUUID(), kind, key: randomUUID(), payload: {} },
  ...{ correlationId: 'correlation', causationId: 'cause', ...NO_REQUEST },
  ...fields,
});
export const eventually = <T>(check: () => T | Promise<T>) =>
  vi.waitFor(check, { timeout: 15_000, interval: 10 });
export const idle = (kind: string) => [{ kind, waiting: 0, active: 0 }];

/** A worker process that takes jobs and never ends them. */
export function startMortalWorker(databaseUrl: string, kind: string, ofKind: JobPolicy) {
  const worker = runTypeScript(new URL('./worker-process.ts', import.meta.url), [
    ...[databaseUrl, kind, JSON.stringify(ofKind)],
  ]);
  const kill = () => worker.child.kill('SIGKILL');
  return {
    kill,
    /** Kills it the hard way once it has a job in its hands; says which. */
    async dieAtWork() {
      const started = await worker.readJsonLine<{ id: string; attempt: number }>();
      kill();
      await worker.ended;
      return started;
    },
  };
}

/** A database of this test file, and queues on it that are closed after each test. */
export async function createQueues() {
  const database = await createTestDatabase();
  const opened: JobQueue[] = [];
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.stop({ graceSeconds: 0 })));
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });
  afterAll(() => database.drop());

  async function openQueue(kind: string, options: Partial<PgBossJobQueueOptions> = {}) {
    const queue = await createPgBossJobQueue({
      connectionString: database.url,
      kinds: [{ kind, policy }],
      logger: silentLogger,
      pollIntervalSeconds: 0.1,
      abandonAfterSeconds: 0.3,
      ...options,
    });
    opened.push(queue);
    return {
      queue,
      work: (handler: JobHandler) => queue.work(kind, { concurrency: 4, policy }, handler),
    };
  }

  /** A worker process with a job in its hands, killed the hard way. */
  async function loseWorker(queue: JobQueue, lost: JobToEnqueue, lease: Partial<JobPolicy> = {}) {
    const worker = startMortalWorker(database.url, lost.kind, { ...policy, ...lease });
    cleanUps.push(worker.kill);
    await queue.enqueue([lost]);
    return worker.dieAtWork();
  }

  return { database, openQueue, loseWorker, cleanUp: (work: () => unknown) => cleanUps.push(work) };
}
