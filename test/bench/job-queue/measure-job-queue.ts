import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import { createPostgresAttemptClaims } from '../../../src/adapters/postgres/attempt-claims.js';
import { openPool } from '../../../src/adapters/postgres/connection/open-pool.js';
import type { JobPolicy, JobToEnqueue } from '../../../src/core/job.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { JobHandler } from '../../../src/core/running-job.js';
import { handleClaimed } from '../../../src/runtime/job/claim-attempt.js';

export interface JobQueueFigures {
  readonly startMilliseconds: number;
  /** From the call of enqueue to the handler, an idle worker in the same process. */
  readonly pickupSameProcess: { p50Milliseconds: number; p99Milliseconds: number };
  /** The same with sender and worker on connections of their own, woken by NOTIFY. */
  readonly pickupOtherProcess: { p50Milliseconds: number; p99Milliseconds: number };
  readonly enqueuesPerSecondOneByOne: number;
  readonly jobsEnqueuedPerSecondInBatches: number;
  /** Jobs that do nothing, 5,000 waiting at the start: a fetch costs more the more jobs of its kind wait. */
  readonly jobsPerSecondFromBacklog: number;
  /** Jobs that do nothing, enqueued one by one as they end. */
  readonly jobsPerSecondAtShallowDepth: number;
  /** The same with every attempt claimed, as on a queue that may deliver one twice. */
  readonly claimedJobsPerSecondAtShallowDepth: number;
}

const policy: JobPolicy = {
  ...{ maximumAttempts: 3, leaseSeconds: 20, timeLimitSeconds: 60 },
  backoff: { firstSeconds: 1, maximumSeconds: 60 },
};
const kinds = ['probe', 'recommend', 'claimed', 'fill', 'pickup'];
const newJob = (kind: string): JobToEnqueue => ({
  ...{ id: randomUUID(), kind, key: randomUUID(), payload: { mediaId: randomUUID(), sizeBytes: 1 } },
  ...{ correlationId: randomUUID(), causationId: randomUUID(), ...NO_REQUEST },
});
const percentiles = (values: number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { p50Milliseconds: at(0.5), p99Milliseconds: at(0.99) };
};

/** Measures the job queue on a migrated database of its own. */
export async function measureJobQueue(connectionString: string): Promise<JobQueueFigures> {
  const open = (exclusive: boolean) =>
    createPgBossJobQueue({
      ...{ connectionString, exclusive, logger: silentLogger },
      kinds: kinds.map((kind) => ({ kind, policy })),
    });
  const openedAt = performance.now();
  const worker = await open(false);
  const startMilliseconds = performance.now() - openedAt;
  const sender = await open(true);

  let arrived: () => void = () => {};
  await worker.work('pickup', { concurrency: 2, policy }, async () => {
    arrived();
    return { done: true };
  });
  const pickup = async (from: typeof worker) => {
    const values: number[] = [];
    for (let n = 0; n < 200; n++) {
      const arrival = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const sentAt = performance.now();
      await Promise.all([from.enqueue([newJob('pickup')]), arrival]);
      values.push(performance.now() - sentAt);
      await delay(5);
    }
    return percentiles(values);
  };
  const other = await createPgBossJobQueue({
    ...{ connectionString, logger: silentLogger, kinds: [{ kind: 'pickup', policy }] },
  });
  const pickupSameProcess = await pickup(worker);
  const pickupOtherProcess = await pickup(other);

  const count = 5000;
  const rate = async (work: () => Promise<void>) => {
    const startedAt = performance.now();
    await work();
    return count / ((performance.now() - startedAt) / 1000);
  };
  const enqueuesPerSecondOneByOne = await rate(async () => {
    for (let n = 0; n < count; n++) await sender.enqueue([newJob('probe')]);
  });
  const jobsEnqueuedPerSecondInBatches = await rate(async () => {
    for (let n = 0; n < count; n += 500) {
      await sender.enqueue(Array.from({ length: 500 }, () => newJob('fill')));
    }
  });
  const jobsPerSecondFromBacklog = await rate(async () => {
    let left = count;
    const finished = Promise.withResolvers<void>();
    await worker.work('fill', { concurrency: 20, policy }, async () => {
      if (--left === 0) finished.resolve();
      return { done: true };
    });
    await finished.promise;
  });

  // A worker that keeps up: as many jobs wait as can run.
  const rateAtShallowDepth = (kind: string, handled: (handler: JobHandler) => JobHandler) =>
    rate(async () => {
      let left = count;
      const finished = Promise.withResolvers<void>();
      const sendNext = () => sender.enqueue([newJob(kind)]);
      const handler: JobHandler = async () => {
        if (--left === 0) finished.resolve();
        else if (left >= 20) void sendNext();
        return { done: true };
      };
      await worker.work(kind, { concurrency: 20, policy }, handled(handler));
      await Promise.all(Array.from({ length: 20 }, sendNext));
      await finished.promise;
    });
  const jobsPerSecondAtShallowDepth = await rateAtShallowDepth('recommend', (handler) => handler);
  const pool = openPool({ connectionString, maximumConnections: 4, logger: silentLogger });
  const claims = createPostgresAttemptClaims(pool, { retentionSeconds: 86_400 });
  const claimedJobsPerSecondAtShallowDepth = await rateAtShallowDepth('claimed', (handler) =>
    handleClaimed(handler, { claims, pausesSeconds: [], logger: silentLogger }),
  );
  await pool.end();

  await sender.stop({ graceSeconds: 1 });
  await other.stop({ graceSeconds: 1 });
  await worker.stop({ graceSeconds: 1 });
  return {
    ...{ startMilliseconds, pickupSameProcess, pickupOtherProcess, enqueuesPerSecondOneByOne },
    ...{ jobsEnqueuedPerSecondInBatches, jobsPerSecondFromBacklog, jobsPerSecondAtShallowDepth },
    claimedJobsPerSecondAtShallowDepth,
  };
}
