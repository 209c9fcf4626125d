import { createPgBossJobQueue } from '../../adapters/pg-boss/job-queue.js';
import type { AdmittingJobQueue } from '../../core/job-admission.js';
import type { JobConsumer } from '../../core/job-consumer.js';
import type { JobQueue } from '../../core/job-queue.js';
import type { Logger } from '../../core/logger.js';
import { jobKinds } from '../../domain/jobs.js';
import { jobPolicies } from '../../workers/policies.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';
import { kafkaSettings } from './kafka-settings.js';
import type { Storage } from './open-storage.js';

interface QueueOptions {
  readonly config: Config;
  readonly storage: Pick<Storage, 'connectionString'> & Partial<Pick<Storage, 'directConnectionString'>>;
  readonly logger: Logger;
  readonly closers: Closers;
}

/** The queue of all kinds of jobs, to be closed before the storage it is on. */
export async function openJobQueue(options: QueueOptions): Promise<JobQueue> {
  const { kafka } = options.config;
  const queue = await openQueueInDatabase(options);
  if (!kafka?.keepsJobs) return queue;
  const { createKafkaJobQueue } = await import('../../adapters/kafka/jobs/job-queue.js');
  const withBacklog = createKafkaJobQueue({
    ...{ settings: await kafkaSettings(kafka), prefix: kafka.topicPrefix, kinds: jobKinds },
    ...{ queue, logger: options.logger },
  });
  options.closers.add('backlog of jobs', () => stopJobQueue(withBacklog));
  return withBacklog;
}

/** The part of it that is in the database. */
export async function openQueueInDatabase({
  config,
  storage,
  logger,
  closers,
}: QueueOptions): Promise<AdmittingJobQueue> {
  const queue = await createPgBossJobQueue({
    connectionString: storage.connectionString,
    directConnectionString: storage.directConnectionString,
    kinds: Object.entries(jobPolicies).map(([kind, policy]) => ({ kind, policy })),
    logger,
    retentionSeconds: config.retention.finishedSeconds,
    // The embedded database serves this data folder's one process.
    exclusive: config.databaseUrl === undefined,
  });
  closers.add('job queue', () => stopJobQueue(queue));
  return queue;
}

/** Work under way has a few seconds to end; what does not goes back to the queue. Safe to call twice. */
export const stopJobQueue = (queue: Pick<JobConsumer, 'stop'>): Promise<void> =>
  queue.stop({ graceSeconds: 5 });
