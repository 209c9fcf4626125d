import type { RunningAttempt } from '../../../consuming/attempt.js';
import { type Consumer, createConsumer } from '../../../consuming/consumer.js';
import type { Delivery } from '../../../consuming/delivery.js';
import { createLeases } from '../../../consuming/leases.js';
import { createSuspects } from '../../../consuming/suspects.js';
import { conflict, invalid } from '../../../core/errors.js';
import type { JobPolicy, JobToEnqueue } from '../../../core/job.js';
import type { JobConsumer } from '../../../core/job-consumer.js';
import type { JobQueue } from '../../../core/job-queue.js';
import { createMemoryDeadLetters, type MemoryDeadLetters } from './memory-dead-letters.js';
import { newJob } from './memory-job.js';
import { createMemoryJobs, type MemoryJobs, type TakenJob } from './memory-jobs.js';

/** What queues that are opened on the same engine share. */
export interface MemoryJobEngine {
  readonly delivers: JobConsumer['delivers'];
  readonly jobs: MemoryJobs;
  readonly deadLetters: MemoryDeadLetters;
}

/** One that delivers at least once delivers every attempt twice. */
export function createMemoryJobEngine(delivers: JobConsumer['delivers'] = 'once'): MemoryJobEngine {
  const deadLetters = createMemoryDeadLetters();
  const jobs = createMemoryJobs({ deliversTwice: delivers === 'at-least-once', bury: deadLetters.bury });
  return { delivers, jobs, deadLetters };
}

/** A job queue that forgets when the process ends: for tests. It answers as the durable ones do. */
export function createMemoryJobQueue(options: {
  readonly engine: MemoryJobEngine;
  /** Every kind of job there is. */
  readonly kinds: readonly { readonly kind: string; readonly policy: JobPolicy }[];
  /** Whether queues that run a job hear at once that it is cancelled here (default), or at their next heartbeat. */
  readonly hints?: boolean;
  /** A handler that ignores its signal is abandoned after this (default 10). */
  readonly abandonAfterSeconds?: number;
}): JobQueue {
  const { engine, hints = true, abandonAfterSeconds = 10 } = options;
  const { jobs, deadLetters, delivers } = engine;
  const policies = new Map(options.kinds.map(({ kind, policy }) => [kind, policy]));
  const consumers = new Map<string, Consumer>();
  const leases = createLeases(jobs.renew, () => {});
  const suspects = createSuspects(() => {
    for (const consumer of consumers.values()) consumer.wake();
  });
  const unlisten = jobs.listen({ wake: (kind) => consumers.get(kind)?.wake(), cancelled });
  let stopping: Promise<void> | undefined;

  function policyOf(kind: string): JobPolicy {
    const policy = policies.get(kind);
    if (!policy) throw invalid('unknown_job_kind', `There is no job kind ${kind}`, { kind });
    return policy;
  }

  const runningAttempts = () => [...consumers.values()].flatMap(({ running }) => [...running]);

  function cancelled(ids: readonly string[]) {
    for (const attempt of runningAttempts()) if (ids.includes(attempt.job.id)) attempt.abort('cancelled');
  }

  const toDelivery = ({ job, isSuspect, leaseSeconds }: TakenJob): Delivery => ({
    ...{ job, isSuspect, leaseSeconds },
    giveBack: async () => jobs.settle(job, { released: true }),
    markLong: async () => jobs.markLong(job),
  });

  async function see(attempt: RunningAttempt, leaseSeconds: number) {
    const letGo = leases.hold(attempt, leaseSeconds);
    try {
      jobs.settle(attempt.job, await attempt.settlement);
    } finally {
      letGo();
    }
  }

  async function stop(graceSeconds: number) {
    const all = [...consumers.values()];
    await Promise.all(all.map((consumer) => consumer.close()));
    const abort = setTimeout(() => {
      for (const attempt of runningAttempts()) attempt.abort('shutting_down');
    }, graceSeconds * 1000);
    await Promise.all(all.map((consumer) => consumer.drained()));
    clearTimeout(abort);
    leases.stop();
    unlisten();
  }

  return {
    delivers,
    async enqueue(sent: readonly JobToEnqueue[]) {
      jobs.insert(sent.map((job) => newJob(job, policyOf(job.kind))));
    },
    async cancel(cancellation) {
      const ids = jobs.cancel(cancellation);
      if (hints) jobs.tellCancelled(ids);
      else cancelled(ids);
    },
    async work(kind, { concurrency, policy }, handler) {
      policyOf(kind);
      if (stopping) throw conflict('job_queue_stopped', 'The job queue is stopping');
      if (consumers.has(kind))
        throw conflict('job_kind_taken', `There is a handler for ${kind} already`, { kind });
      const consumer = createConsumer({
        ...{ kind, concurrency, policy, handler, abandonAfterSeconds, suspects, see },
        random: Math.random,
        overlong: { countsAsLongAfterSeconds: 300, mostExtraSeconds: 1800 },
        fetch: async (room) => ({ taken: jobs.take(kind, room).map(toDelivery) }),
      });
      consumers.set(kind, consumer);
      consumer.wake();
    },
    ...deadLetters,
    async replay(id) {
      const { row, letter, jobId } = deadLetters.replay(id);
      const replayed = { id: letter.id, failedReplays: letter.failedReplays };
      const job = { ...row.job, id: jobId, ...(row.isLong && { long: true }) };
      jobs.insert([newJob(job, policyOf(job.kind), { place: row.place, replayed })]);
      return jobId;
    },
    running: () => runningAttempts().map(({ job }) => job.kind),
    depth: async () =>
      [...policies.keys()].map((kind) => ({
        ...{ kind, waiting: jobs.count(kind, 'waiting'), active: jobs.count(kind, 'active') },
      })),
    waits: async () => [...policies.keys()].map((kind) => ({ kind, seconds: jobs.waitSeconds(kind) })),
    backlog: async () => [],
    stop({ graceSeconds }) {
      stopping ??= stop(graceSeconds);
      return stopping;
    },
  };
}
