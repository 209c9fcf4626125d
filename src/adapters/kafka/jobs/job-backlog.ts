import type { Admin, Producer } from 'kafkajs';
import { unavailable } from '../../../core/errors.js';
import type { JobToEnqueue } from '../../../core/job.js';
import type { BacklogPosition } from '../../../core/job-admission.js';
import type { Logger } from '../../../core/logger.js';
import { CompressionTypes, Partitioners } from '../connection/kafkajs.js';
import { keepOpen } from '../connection/keep-open.js';
import { openClient } from '../connection/open-client.js';
import type { KafkaSettings } from '../connection/settings.js';
import { jobTopic, topicName } from '../topics/topic-table.js';
import { jobRecord } from './job-records.js';

/** Where a partition begins and ends. */
export interface PartitionEnds {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
  readonly endOffset: number;
}

/** The topics of jobs, for those who put jobs in and ask how many there are. All throw unavailable `kafka_unavailable`. */
export interface JobBacklog {
  /** Jobs of one key stay in their order. A job may be there twice when an answer was lost. Throws for what no database keeps. */
  send(jobs: readonly JobToEnqueue[]): Promise<void>;
  ends(topics: readonly string[]): Promise<readonly PartitionEnds[]>;
  /** Those of the partitions in which jobs of this key lie. */
  endsOf(key: string, topics: readonly string[]): Promise<readonly PartitionEnds[]>;
  /** When the record at this offset was written: milliseconds of the broker's clock. */
  writtenAt(position: BacklogPosition): Promise<number>;
  /** Lets go of what lies before these offsets. */
  removeBefore(reached: readonly BacklogPosition[]): Promise<void>;
  close(): Promise<void>;
}

const SEND_MILLISECONDS = 20_000;
/** People and probes wait for these answers. */
const ANSWER_MILLISECONDS = 5_000;

export function openJobBacklog(options: {
  readonly settings: KafkaSettings;
  readonly prefix: string;
  readonly logger: Logger;
}): JobBacklog {
  const { settings, prefix, logger } = options;
  const producer = keepOpen<Producer>(
    () =>
      openClient({
        ...{ settings, logger },
        make: (kafka) =>
          kafka.producer({
            allowAutoTopicCreation: false,
            createPartitioner: Partitioners.DefaultPartitioner,
          }),
      }),
    SEND_MILLISECONDS,
  );
  const admin = keepOpen<Admin>(
    () => openClient({ ...{ settings, logger }, make: (kafka) => kafka.admin({ retry: { retries: 1 } }) }),
    ANSWER_MILLISECONDS,
  );
  const partitionOf = Partitioners.DefaultPartitioner();
  /** By topic, partition and offset: what lies there does not change. */
  const written = new Map<string, { readonly offset: number; readonly at: number }>();

  const ends = async (topics: readonly string[]): Promise<readonly PartitionEnds[]> =>
    admin.use('asking for ends of topics', async (client) => {
      const all = await Promise.all(
        topics.map(async (topic) => {
          const partitions = await client.fetchTopicOffsets(topic).catch(orMissing(topic));
          return partitions.map(({ partition, low, high }) => ({
            ...{ topic, partition, firstOffset: Number(low), endOffset: Number(high) },
          }));
        }),
      );
      return all.flat();
    });

  return {
    ends,

    async send(jobs) {
      const sentAt = Date.now();
      const records = jobs.map((job, index) => ({
        topic: topicName(prefix, jobTopic(job.kind, job.long ? 'long' : 'short')),
        message: jobRecord({ job, sentAt: sentAt + index / 1_000 }),
      }));
      const topicMessages = [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
        ...{ topic, messages: ofTopic.map(({ message }) => message) },
      }));
      await producer.use('sending jobs', (client) =>
        client
          .sendBatch({ acks: -1, compression: CompressionTypes.ZSTD, topicMessages })
          .catch(orMissing(topicMessages.map(({ topic }) => topic).join(', '))),
      );
    },

    async endsOf(key, topics) {
      const all = await ends(topics);
      const partitionIn = (topic: string) => {
        const count = all.filter((end) => end.topic === topic).length;
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
          partitionId,
          leader: 0,
        }));
        return partitionOf({
          topic,
          partitionMetadata: partitionMetadata as never,
          message: { key, value: null },
        });
      };
      return all.filter(({ topic, partition }) => partition === partitionIn(topic));
    },

    async writtenAt({ topic, partition, nextOffset: offset }) {
      const known = written.get(`${topic}:${partition}`);
      if (known?.offset === offset) return known.at;
      const at = await admin.use('asking when a job was sent', (client) =>
        timeOf(offset, async (milliseconds) => {
          const offsets = await client.fetchTopicOffsetsByTimestamp(topic, milliseconds);
          return Number(offsets.find((found) => found.partition === partition)?.offset ?? offset + 1);
        }),
      );
      written.set(`${topic}:${partition}`, { offset, at });
      return at;
    },

    removeBefore: (reached) =>
      admin.use('removing jobs that were admitted', async (client) => {
        for (const [topic, positions] of Map.groupBy(reached, (position) => position.topic)) {
          await client.fetchTopicOffsets(topic);
          const partitions = positions.map(({ partition, nextOffset }) => ({
            ...{ partition, offset: String(nextOffset) },
          }));
          await client.deleteTopicRecords({ topic, partitions });
        }
      }),

    async close() {
      await Promise.all([producer.close(), admin.close()]);
    },
  };
}

const orMissing =
  (topics: string) =>
  (error: unknown): never => {
    if (!isOfUnknownTopic(error)) throw error;
    throw unavailable(
      'kafka_unavailable',
      `No topic ${topics}: \`mediaflow topics create\` makes it`,
      {},
      error,
    );
  };

/** kafkajs wraps what it has tried several times. */
function isOfUnknownTopic(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') || isOfUnknownTopic(error.cause);
}

/**
 * The greatest time of which it holds that what was written from then on begins at this offset or before: that of its record.
 * Kafka tells times of offsets only so.
 */
async function timeOf(
  offset: number,
  firstSince: (milliseconds: number) => Promise<number>,
): Promise<number> {
  let late = Date.now() + 3_600_000;
  let step = 4_000_000;
  let early = late - step;
  while (early > 0 && (await firstSince(early)) > offset) {
    late = early;
    step *= 4;
    early = Math.max(0, late - step);
  }
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if ((await firstSince(middle)) > offset) late = middle;
    else early = middle;
  }
  return early;
}
