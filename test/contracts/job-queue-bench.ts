import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { createMemoryAttemptClaims } from '../../src/adapters/memory/attempt-claims.js';
import type { AttemptClaims } from '../../src/core/attempt-claims.js';
import type { JobPolicy, JobToEnqueue } from '../../src/core/job.js';
import type { JobQueue } from '../../src/core/job-queue.js';
import { silentLogger } from '../../src/core/logger.js';
import type { JobHandler } from '../../src/core/running-job.js';
import { handleClaimed } from '../../src/runtime/job/claim-attempt.js';

type Kinds = readonly { readonly kind: string; readonly policy: JobPolicy }[];

export interface JobQueueHarness {
  /** Another queue over the same storage, as another process would have it; without hints the others hear nothing of it. */
  open(kinds: Kinds, options?: { readonly hints: boolean }): Promise<JobQueue>;
  /**
   * Has a worker take up this job, claim it where that is needed, and die over it the hard way; resolves when it is dead.
   */
  loseWorker(job: JobToEnqueue, policy: JobPolicy, claims: AttemptClaims): Promise<void>;
  destroy(): Promise<void>;
}

export type JobQueueBench = ReturnType<typeof createJobQueueBench>;

/** What the behaviours are tried with: queues that are stopped after each test, each test with kinds of its own. */
export function createJobQueueBench(createHarness: () => Promise<JobQueueHarness>) {
  const policy: JobPolicy = {
    maximumAttempts: 3,
    leaseSeconds: 2,
    timeLimitSeconds: 20,
    backoff: { firstSeconds: 0.01, maximumSeconds: 0.05 },
  };
  const claims = createMemoryAttemptClaims();
  const opened: JobQueue[] = [];
  let harness: JobQueueHarness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.stop({ graceSeconds: 0 })));
  });
  afterAll(() => harness.destroy());

  const newKind = () => `kind-${randomUUID()}`;

  /** As all who handle jobs do: what may be delivered twice is claimed first. */
  const claimed = (queue: JobQueue, handler: JobHandler): JobHandler =>
    queue.delivers === 'once'
      ? handler
      : handleClaimed(handler, { claims, pausesSeconds: [], logger: silentLogger });

  async function open(kinds: Kinds, hints = { hints: true }): Promise<JobQueue> {
    const queue = await harness.open(kinds, hints);
    opened.push(queue);
    return queue;
  }

  async function openQueue(kind: string, overrides: Partial<JobPolicy> = {}, hints = { hints: true }) {
    const ofKind = { ...policy, ...overrides };
    const queue = await open([{ kind, policy: ofKind }], hints);
    return {
      queue,
      work: (handler: JobHandler, concurrency = 4) =>
        queue.work(kind, { concurrency, policy: ofKind }, claimed(queue, handler)),
      /** Each delivery reaches the handler, also one whose attempt another has. */
      workUnclaimed: (handler: JobHandler) => queue.work(kind, { concurrency: 4, policy: ofKind }, handler),
    };
  }

  const job = (kind: string, fields: Partial<JobToEnqueue> = {}): JobToEnqueue => ({
    id: randomUUID(),
    kind,
    key: randomUUID(),
    payload: {},
    correlationId: 'correlation',
    causationId: 'cause',
    ...{ tenantId: 'acme', traceparent: '00-trace' },
    ...fields,
  });

  // Kafka lets go of a member that was killed after ten seconds.
  const eventually = (assertion: () => void | Promise<void>) =>
    vi.waitFor(assertion, { timeout: 25_000, interval: 10 });

  /** Resolves when so much time has passed on the queue's own clock: that of a retry. */
  async function untilQueueTimePassed(seconds: number): Promise<void> {
    const kind = newKind();
    const { queue, work } = await openQueue(kind);
    const passed = Promise.withResolvers<void>();
    await work(async ({ attempt }) => {
      if (attempt === 1) return { retryInSeconds: seconds, error: 'too early' };
      passed.resolve();
      return { done: true };
    });
    await queue.enqueue([job(kind)]);
    await passed.promise;
  }

  return {
    ...{ policy, newKind, open, openQueue, claimed, job, eventually, untilQueueTimePassed },
    loseWorker: (lost: JobToEnqueue, overrides: Partial<JobPolicy> = {}) =>
      harness.loseWorker(lost, { ...policy, ...overrides }, claims),
  };
}
