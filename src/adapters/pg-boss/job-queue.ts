import { uptime } from 'node:os';
import { invalid, isPassing, MediaFlowError, messageOf } from '../../core/errors.js';
import type { JobPolicy, JobToEnqueue } from '../../core/job.js';
import type { AdmittingJobQueue } from '../../core/job-admission.js';
import type { Logger } from '../../core/logger.js';
import { isOutOfReach } from '../postgres/connection/database-errors.js';
import { createConnectionHealth } from './connection-health.js';
import { createConsumers } from './consumers.js';
import { createDeadLetterTable } from './dead-letters.js';
import type { JobToInsert } from './insert-jobs.js';
import { createJobStatements } from './job-statements.js';
import { openBoss } from './open-boss.js';

export interface PgBossJobQueueOptions {
  readonly connectionString: string;
  /** The same without a pooler in transaction mode in between (default `connectionString`). */
  readonly directConnectionString?: string | undefined;
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
  /** A short job that runs for so long counts as long from then on (default 300). */
  readonly countsAsLongAfterSeconds?: number;
  /** A short job may stay for so long in the slot kept for short ones, then it waits among the long (default 1800). */
  readonly mostExtraSeconds?: number;
  /**
   * Connections in the pool (default 4). pg-boss itself has up to two for its start and its maintenance, and a
   * non-exclusive worker holds one more to listen.
   */
  readonly maximumConnections?: number;
  /** Jitter of the backoff, [0, 1). */
  readonly random?: () => number;
  /** How long ago this machine was started (default: what the system says). */
  readonly machineUptimeSeconds?: () => number;
}

/**
 * A job queue on pg-boss: its tables, its fetch in order of key and its maintenance are used as they are; leases,
 * fencing, retries and dead letters are ours. Resolves when started and its queues exist.
 */
export async function createPgBossJobQueue(options: PgBossJobQueueOptions): Promise<AdmittingJobQueue> {
  const { logger, schema = 'pgboss', exclusive = false, machineUptimeSeconds = uptime } = options;
  const policies = new Map(options.kinds.map(({ kind, policy }) => [kind, policy]));
  const kinds = [...policies.keys()];
  const health = createConnectionHealth(logger);
  const boss = await openBoss({
    ...{ connectionString: options.connectionString, schema, kinds, health, logger },
    directConnectionString: options.directConnectionString,
    maximumConnections: options.maximumConnections ?? 4,
  });
  const channel = exclusive ? null : `${schema}_jobs`;
  const statements = createJobStatements(boss.execute, {
    ...{ schema, retentionSeconds: options.retentionSeconds ?? 14 * 86_400, notify: channel, policyOf },
  });
  const deadLetters = createDeadLetterTable(boss.execute, schema);
  const consumers = createConsumers({
    ...{ boss, statements, deadLetters, health, logger, channel, policyOf, onError },
    pollIntervalSeconds: options.pollIntervalSeconds ?? 1,
    abandonAfterSeconds: options.abandonAfterSeconds ?? 10,
    overlong: {
      countsAsLongAfterSeconds: options.countsAsLongAfterSeconds ?? 300,
      mostExtraSeconds: options.mostExtraSeconds ?? 1800,
    },
    random: options.random ?? Math.random,
  });
  let stopping: Promise<void> | undefined;

  if (exclusive) await recoverOrphans();

  async function recoverOrphans() {
    try {
      const count = await statements.takeBackAll(kinds, { machineUptimeSeconds: machineUptimeSeconds() });
      if (count > 0) logger.info({ count }, 'job queue: jobs left by the last run are back in their queues');
    } catch (error) {
      await boss.close();
      throw error;
    }
  }

  function onError(error: unknown) {
    const cause = error instanceof MediaFlowError ? error.cause : error;
    const fields = { error: messageOf(cause ?? error) };
    if (isOutOfReach(cause)) health.failed(cause);
    else if (isPassing(error)) logger.warn(fields, 'job queue: statement refused for now');
    else logger.error(fields, 'job queue: statement failed');
  }

  function policyOf(kind: string): JobPolicy {
    const policy = policies.get(kind);
    if (!policy) throw invalid('unknown_job_kind', `There is no job kind ${kind}`, { kind, known: kinds });
    return policy;
  }

  async function enqueue(jobs: readonly (JobToEnqueue & Pick<JobToInsert, 'keptPriority' | 'deadLetter'>)[]) {
    if (jobs.length === 0) return;
    const toInsert = jobs.map((job) => {
      const { maximumAttempts, leaseSeconds } = policyOf(job.kind);
      return { ...job, maximumAttempts, leaseSeconds: Math.ceil(leaseSeconds) };
    });
    await statements.insert(toInsert);
    for (const kind of new Set(jobs.map((job) => job.kind))) consumers.wake(kind);
  }

  const cancelBefore: AdmittingJobQueue['cancelBefore'] = async (ends, cancellation) => {
    // What waits in the log comes first: who admits it meanwhile reads the mark, or what was admitted is seen here.
    if (ends.length > 0) await statements.markCancelled(ends, cancellation);
    consumers.abortCancelled(await statements.cancel(cancellation));
  };

  return {
    // A fetch is one transaction, and a row that it took is given back only while nothing has begun.
    delivers: 'once',
    enqueue,
    cancel: (cancellation) => cancelBefore([], cancellation),
    cancelBefore,
    known: statements.known,
    room: statements.room,
    async admit(jobs, reached) {
      await statements.admit(jobs, reached);
      for (const kind of new Set(jobs.map(({ job }) => job.kind))) consumers.wake(kind);
    },
    work: consumers.work,
    deadLetters: deadLetters.deadLetters,
    deadLetter: deadLetters.deadLetter,
    async replay(id) {
      const { job, alreadyReplayed } = await deadLetters.jobToReplay(id);
      if (alreadyReplayed) return job.id;
      await enqueue([job]);
      await deadLetters.markReplayed(job.deadLetter);
      return job.id;
    },
    discard: deadLetters.discard,
    pruneDeadLetters: deadLetters.pruneDeadLetters,
    running: consumers.running,
    depth: () => statements.depth(kinds),
    waits: () => statements.waits(kinds),
    backlog: async () => [],
    standing: (topics) => statements.standing(kinds, topics),
    stop: ({ graceSeconds }) => {
      stopping ??= consumers.stop(graceSeconds).then(boss.close);
      return stopping;
    },
  };
}
