import { PgBoss } from 'pg-boss';
import { conflict, invalid, messageOf, unavailable } from '../../core/errors.js';
import type { JobPolicy, JobQueue, JobToEnqueue } from '../../core/job.js';
import type { Logger } from '../../core/logger.js';
import type { RunningAttempt } from './attempt.js';
import { createConnectionHealth } from './connection-health.js';
import { type Consumer, createConsumer } from './consumer.js';
import { createDeadLetterTable } from './dead-letters.js';
import { type Execute, isConnectionProblem } from './execute.js';
import { createJobStatements } from './job-statements.js';
import { createLeases } from './leases.js';
import { createPoller } from './poller.js';
import { createSettle } from './settle.js';

export interface PgBossJobQueueOptions {
  readonly connectionString: string;
  /** pg-boss's own PostgreSQL schema (default `pgboss`), made when missing. */
  readonly schema?: string;
  /** Every kind of job there is. */
  readonly kinds: readonly { readonly kind: string; readonly policy: JobPolicy }[];
  readonly logger: Logger;
  /**
   * This process is the only one on the queue: jobs a crash left active are put back at start, without waiting for
   * their leases, and no connection listens for other processes. If another process does exist after all, its
   * running jobs lose their leases and its results are refused.
   */
  readonly exclusive?: boolean;
  /** Finished jobs are kept for so long, and known by their id (default 14 days). */
  readonly retentionSeconds?: number;
  /** The truth behind the wake-up hints (default 1). */
  readonly pollIntervalSeconds?: number;
  /** A handler that ignores its signal is abandoned after this (default 10). */
  readonly abandonAfterSeconds?: number;
  /** Connections in the pool (default 4); a non-exclusive worker holds one more to listen. */
  readonly maximumConnections?: number;
  /** Jitter of the backoff, [0, 1). */
  readonly random?: () => number;
}

/**
 * A job queue on pg-boss: its tables, its fetch in order of key and its maintenance are used as they are; leases,
 * fencing, retries and dead letters are ours. Resolves when started and its queues exist.
 */
export async function createPgBossJobQueue(options: PgBossJobQueueOptions): Promise<JobQueue> {
  const { logger, schema = 'pgboss', exclusive = false, random = Math.random } = options;
  const policies = new Map(options.kinds.map(({ kind, policy }) => [kind, policy]));
  const kinds = [...policies.keys()];
  const health = createConnectionHealth(logger);
  const boss = new PgBoss({
    connectionString: options.connectionString,
    schema,
    application_name: 'mediaflow-jobs',
    max: options.maximumConnections ?? 4,
    schedule: false,
    flowIntervalSeconds: 3600, // we chain no jobs inside pg-boss
  });
  boss.on('error', (error) => {
    if (isConnectionProblem(error)) health.failed(error);
    else logger.error({ error: messageOf(error) }, 'job queue: pg-boss error');
  });
  boss.on('warning', (warning) => logger.warn({ warning }, 'job queue: pg-boss warning'));
  const database = boss.getDb();
  const execute: Execute = async <Row>(text: string, values?: readonly unknown[]) => {
    const { rows } = await database.executeSql(text, values && [...values]);
    health.succeeded();
    return rows as Row[];
  };
  await boss.start();

  const channel = `${schema}_jobs`;
  const { retentionSeconds = 14 * 86_400 } = options;
  const statements = createJobStatements(execute, { schema, channel, retentionSeconds });
  const deadLetters = createDeadLetterTable(execute, schema);
  const leases = createLeases(statements, onError);
  const closing = new AbortController();
  const settle = createSettle({ statements, deadLetters, health, logger, giveUp: closing.signal });
  const consumers = new Map<string, Consumer>();
  const poller = createPoller({
    statements,
    consumers,
    intervalMs: (options.pollIntervalSeconds ?? 1) * 1000,
    leaseSecondsOf: (kind) => policyOf(kind).leaseSeconds,
    health,
    onError,
  });
  let listener: { close(): Promise<void> } | undefined;
  let stopping: Promise<void> | undefined;

  for (const kind of kinds) await boss.createQueue(kind, { policy: 'key_strict_fifo' });
  if (exclusive) {
    const count = await statements.takeBackAll(kinds);
    if (count > 0) logger.info({ count }, 'job queue: jobs left by the last run are back in their queues');
  }

  function onError(error: unknown) {
    if (isConnectionProblem(error)) health.failed(error);
    else logger.error({ error: messageOf(error) }, 'job queue: statement failed');
  }

  function policyOf(kind: string): JobPolicy {
    const policy = policies.get(kind);
    if (!policy) throw invalid('unknown_job_kind', `There is no job kind ${kind}`, { kind, known: kinds });
    return policy;
  }

  async function fetch(kind: string, batchSize: number) {
    if (batchSize < 1) return [];
    try {
      const jobs = await boss.fetch<never>(kind, { batchSize, includeMetadata: true });
      health.succeeded();
      return jobs;
    } catch (error) {
      onError(error);
      return [];
    }
  }

  async function see(attempt: RunningAttempt, leaseSeconds: number) {
    const letGo = leases.hold(attempt, leaseSeconds);
    try {
      const { kind, id, attempt: number } = attempt.job;
      await settle({ kind, id, attempt: number }, await attempt.settlement);
    } finally {
      letGo();
    }
  }

  async function enqueue(jobs: readonly JobToEnqueue[]) {
    if (jobs.length === 0) return;
    const toInsert = jobs.map((job) => {
      const { maximumAttempts, leaseSeconds } = policyOf(job.kind);
      return { ...job, maximumAttempts, leaseSeconds };
    });
    try {
      await statements.insert(toInsert);
    } catch (error) {
      if (!isConnectionProblem(error)) throw error;
      health.failed(error);
      throw unavailable('job_queue_unavailable', 'The job queue cannot be reached', {}, error);
    }
    for (const kind of new Set(jobs.map((job) => job.kind))) consumers.get(kind)?.wake();
  }

  async function work(...[kind, { concurrency, policy }, handler]: Parameters<JobQueue['work']>) {
    policyOf(kind);
    if (stopping) throw conflict('job_queue_stopped', 'The job queue is stopping');
    if (consumers.has(kind))
      throw conflict('job_kind_taken', `There is a handler for ${kind} already`, { kind });
    const { abandonAfterSeconds = 10 } = options;
    const consumer = createConsumer({
      ...{ kind, concurrency, policy, handler, abandonAfterSeconds, random, see },
      fetch: (limit) => fetch(kind, limit),
    });
    consumers.set(kind, consumer);
    if (!exclusive) {
      listener ??= await database.listen?.(
        channel,
        (changed) => consumers.get(changed)?.wake(),
        () => poller.wakeAll(),
      );
    }
    poller.start();
    consumer.wake();
  }

  async function stop(graceSeconds: number) {
    const all = [...consumers.values()];
    poller.stop();
    await Promise.all(all.map((consumer) => consumer.close()));
    await listener?.close();
    const drained = Promise.all(all.map((consumer) => consumer.drained()));
    const abort = setTimeout(() => {
      for (const { running } of all) for (const attempt of running) attempt.abort('shutting_down');
      // With the database away there is nothing to write to: the leases tell the others.
      setTimeout(() => closing.abort(), (options.abandonAfterSeconds ?? 10) * 1000 + 2000).unref();
    }, graceSeconds * 1000);
    await drained;
    clearTimeout(abort);
    leases.stop();
    await boss.stop({ graceful: false });
  }

  return {
    enqueue,
    work,
    deadLetters: deadLetters.deadLetters,
    deadLetter: deadLetters.deadLetter,
    async replay(id) {
      const { job, alreadyReplayed } = await deadLetters.jobToReplay(id);
      if (alreadyReplayed) return job.id;
      await enqueue([job]);
      await deadLetters.markReplayed(id);
      return job.id;
    },
    depth: () => statements.depth(kinds),
    stop: ({ graceSeconds }) => {
      stopping ??= stop(graceSeconds);
      return stopping;
    },
  };
}
