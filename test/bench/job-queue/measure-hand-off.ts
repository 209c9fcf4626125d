import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobPolicy, JobToEnqueue } from '../../../src/core/job.js';
import type { JobQueue } from '../../../src/core/job-queue.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';

export interface HandOffFigures {
  /** Jobs that do nothing, of which as many wait as can run. */
  readonly jobsPerSecond: number;
  /** From the call of enqueue to the handler in another process, with jobs that come evenly at half of that rate. */
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Jobs that do nothing, all of which wait at the start. */
  readonly jobsPerSecondFromBacklog: number;
}

export const handOffPolicy: JobPolicy = {
  ...{ maximumAttempts: 3, leaseSeconds: 20, timeLimitSeconds: 60 },
  backoff: { firstSeconds: 1, maximumSeconds: 60 },
};
export const handOffKinds = ['rate', 'half', 'backlog'] as const;
type Kind = (typeof handOffKinds)[number];

const CONCURRENCY = 20;
const RATE_JOBS = 2_000;
const HALF_LOAD_SECONDS = 10;
const BACKLOG_JOBS = 5_000;

const newJob = (kind: Kind): JobToEnqueue => ({
  ...{ id: randomUUID(), kind, key: randomUUID(), payload: { mediaId: randomUUID() } },
  ...{ correlationId: randomUUID(), causationId: randomUUID(), ...NO_REQUEST },
});

/** Queues on one storage, of a process that sends and of one that works. */
export async function measureHandOff({
  sender,
  worker,
}: {
  readonly sender: JobQueue;
  readonly worker: JobQueue;
}): Promise<HandOffFigures> {
  /** Calls back with each job that arrives. */
  const take = (kind: Kind, onJob: (id: string) => void) =>
    worker.work(kind, { concurrency: CONCURRENCY, policy: handOffPolicy }, async ({ id }) => {
      onJob(id);
      return { done: true };
    });

  async function rateOf(): Promise<number> {
    let left = RATE_JOBS;
    const done = Promise.withResolvers<number>();
    await take('rate', () => {
      if (--left === 0) done.resolve(performance.now());
      else if (left >= CONCURRENCY) void sender.enqueue([newJob('rate')]);
    });
    await warmUp('rate');
    left = RATE_JOBS;
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: CONCURRENCY }, () => sender.enqueue([newJob('rate')])));
    return (RATE_JOBS / ((await done.promise) - startedAt)) * 1_000;

    async function warmUp(kind: Kind) {
      left = CONCURRENCY - 1;
      await sender.enqueue(Array.from({ length: 5 }, () => newJob(kind)));
      while (left > CONCURRENCY - 6) await delay(20);
    }
  }

  async function atHalfLoad(jobsPerSecond: number): Promise<readonly number[]> {
    const sentAt = new Map<string, number>();
    const tookMilliseconds: number[] = [];
    await take('half', (id) => tookMilliseconds.push(performance.now() - (sentAt.get(id) ?? Number.NaN)));
    const send = () => {
      const job = newJob('half');
      sentAt.set(job.id, performance.now());
      return sender.enqueue([job]);
    };
    await send();
    while (tookMilliseconds.length < 1) await delay(20);
    const count = Math.round(jobsPerSecond * HALF_LOAD_SECONDS);
    const startedAt = performance.now();
    const sending: Promise<void>[] = [];
    // By the clock, so that a slow answer makes nobody wait to ask.
    while (sending.length < count) {
      const due = Math.min(count, ((performance.now() - startedAt) / 1_000) * jobsPerSecond);
      while (sending.length < due) sending.push(send());
      await delay(1);
    }
    await Promise.all(sending);
    while (tookMilliseconds.length < count + 1) await delay(20);
    return tookMilliseconds.slice(1).toSorted((one, other) => one - other);
  }

  async function fromBacklog(): Promise<number> {
    for (let sent = 0; sent < BACKLOG_JOBS; sent += 500)
      await sender.enqueue(Array.from({ length: 500 }, () => newJob('backlog')));
    let left = BACKLOG_JOBS;
    const begun = Promise.withResolvers<number>();
    const done = Promise.withResolvers<number>();
    await take('backlog', () => {
      if (left === BACKLOG_JOBS) begun.resolve(performance.now());
      if (--left === 0) done.resolve(performance.now());
    });
    return (BACKLOG_JOBS / ((await done.promise) - (await begun.promise))) * 1_000;
  }

  const jobsPerSecond = await rateOf();
  const sorted = await atHalfLoad(jobsPerSecond / 2);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return {
    ...{ jobsPerSecond, p50Milliseconds: at(0.5), p99Milliseconds: at(0.99) },
    jobsPerSecondFromBacklog: await fromBacklog(),
  };
}
