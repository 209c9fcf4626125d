import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { keepOpen } from '../../../src/adapters/kafka/connection/keep-open.js';
import { openClient } from '../../../src/adapters/kafka/connection/open-client.js';
import { JOB_LENGTHS, jobTopic, topicName } from '../../../src/adapters/kafka/topics/topic-table.js';
import { silentLogger } from '../../../src/core/logger.js';
import { jobKinds } from '../../../src/domain/jobs.js';
import { readTopics } from '../../support/kafka-reader.js';
import type { JobRecord, JobTopicPartition } from './check-job-topics.js';

const ANSWER_MILLISECONDS = 10_000;
const READ_DEADLINE_MS = 60_000;

/** What Kafka itself tells of the jobs in it, and of those who take them out. */
export interface JobTopics {
  partitions(): Promise<readonly JobTopicPartition[]>;
  /** All that lies in them, taken out or not, until it is removed. */
  records(): Promise<readonly JobRecord[]>;
  close(): Promise<void>;
}

export function openJobTopics(brokers: readonly string[], prefix: string): JobTopics {
  const settings = { brokers, clientId: 'test' };
  const admin = keepOpen<Admin>(
    () => openClient({ ...{ settings, logger: silentLogger }, make: (kafka) => kafka.admin() }),
    ANSWER_MILLISECONDS,
  );
  const topicsOf = (kind: string) => JOB_LENGTHS.map((length) => topicName(prefix, jobTopic(kind, length)));

  const ofKind = async (client: Admin, kind: string): Promise<JobTopicPartition[]> => {
    const topics = topicsOf(kind);
    const committed = await client.fetchOffsets({ groupId: `${prefix}.jobs.${kind}`, topics });
    const ends = await Promise.all(
      topics.map(async (topic) => ({ topic, partitions: await client.fetchTopicOffsets(topic) })),
    );
    return ends.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, low, high }) => ({
        ...{ topic, partition, firstOffset: Number(low), endOffset: Number(high) },
        committedOffset: Number(
          committed
            .find((found) => found.topic === topic)
            ?.partitions.find((found) => found.partition === partition)?.offset ?? -1,
        ),
      })),
    );
  };
  const partitions = () =>
    admin.use('asking for jobs', async (client) =>
      (await Promise.all(jobKinds.map((kind) => ofKind(client, kind)))).flat(),
    );

  return {
    partitions,
    async records() {
      const filled = (await partitions()).filter(({ firstOffset, endOffset }) => endOffset > firstOffset);
      if (filled.length === 0) return [];
      const { records, stop } = await readTopics(settings, [...new Set(filled.map(({ topic }) => topic))]);
      const isRead = ({ topic, partition, endOffset }: JobTopicPartition) =>
        records.some(
          (record) =>
            record.topic === topic && record.partition === partition && record.offset === endOffset - 1,
        );
      const deadline = performance.now() + READ_DEADLINE_MS;
      while (!filled.every(isRead) && performance.now() < deadline) await delay(200);
      await stop();
      return records.map(({ topic, partition, offset, key, value }) => ({
        ...{ topic, partition, offset, key },
        id: (JSON.parse(value) as { id: string }).id,
      }));
    },
    close: admin.close,
  };
}
