import { randomUUID } from 'node:crypto';
import {
  createKafkaJobQueue,
  type KafkaJobQueueOptions,
} from '../../../../src/adapters/kafka/jobs/job-queue.js';
import { jobTopics } from '../../../../src/adapters/kafka/topics/topic-table.js';
import { createPgBossJobQueue } from '../../../../src/adapters/pg-boss/job-queue.js';
import type { JobPolicy } from '../../../../src/core/job.js';
import type { JobQueue } from '../../../../src/core/job-queue.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { createTestDatabase } from '../../../support/database.js';
import { makeTopics } from '../../../support/kafka-topics.js';
import type { PgBouncer } from '../../../support/pgbouncer.js';

/** The database behind the queue, and how to come to it. */
export interface QueueDatabase extends Pick<OpenOptions, 'connectionString' | 'directConnectionString'> {
  query<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]>;
  drop(): Promise<void>;
}

/** One of a test's own, by way of the pooler where there is one. */
export async function openQueueDatabase(bouncer?: PgBouncer): Promise<QueueDatabase> {
  const { url, pool, drop } = await createTestDatabase();
  return {
    ...(bouncer
      ? { connectionString: bouncer.urlOf(url), directConnectionString: url }
      : { connectionString: url }),
    query: async <Row extends object>(sql: string, values: readonly unknown[]) =>
      (await pool.query<Row>(sql, [...values])).rows,
    drop,
  };
}

export interface OpenOptions extends Partial<KafkaJobQueueOptions> {
  readonly brokers: string;
  readonly connectionString: string;
  /** Where that one leads to a pooler: past it. */
  readonly directConnectionString?: string | undefined;
  readonly prefix: string;
  readonly policies: readonly { readonly kind: string; readonly policy: JobPolicy }[];
  readonly exclusive?: boolean;
}

export const newPrefix = () => `test-${randomUUID()}`;
export const settingsOf = (brokers: string) => ({ brokers: brokers.split(','), clientId: 'test' });

/** Makes the topics of these kinds, as `mediaflow topics create` does. */
export async function makeJobTopics(
  brokers: string,
  prefix: string,
  kinds: readonly string[],
): Promise<void> {
  await makeTopics(settingsOf(brokers), prefix, jobTopics(kinds));
}

/** A queue as another process would have it, on topics that are there. */
export async function openKafkaJobQueue(options: OpenOptions): Promise<JobQueue> {
  const { brokers, connectionString, directConnectionString, policies, exclusive = false } = options;
  const { logger = silentLogger } = options;
  const queue = await createPgBossJobQueue({
    ...{ connectionString, directConnectionString, exclusive, logger, kinds: policies },
    pollIntervalSeconds: 0.1,
    abandonAfterSeconds: 0.3,
  });
  return createKafkaJobQueue({
    ...{ settings: settingsOf(brokers), kinds: policies.map(({ kind }) => kind), queue, logger },
    ...options,
  });
}
