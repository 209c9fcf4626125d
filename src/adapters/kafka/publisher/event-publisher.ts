import type { Producer } from 'kafkajs';
import type { EventPublisher, EventRecord, OpenEventPublisher } from '../../../core/event-publisher.js';
import type { Logger } from '../../../core/logger.js';
import { inTime } from '../connection/deadline.js';
import { kafkaTrouble } from '../connection/kafka-errors.js';
import { CompressionTypes, Partitioners } from '../connection/kafkajs.js';
import { type OpenClient, openClient } from '../connection/open-client.js';
import type { KafkaSettings } from '../connection/settings.js';
import { openTopicAdmin } from '../topics/topic-admin.js';
import { eventTopics, topicName } from '../topics/topic-table.js';
import { splitByLength } from './split-by-length.js';

export interface KafkaEventPublisherOptions {
  readonly settings: KafkaSettings;
  readonly prefix: string;
  readonly logger: Logger;
}

/** A broker that hangs is given up after this long, and the transaction with it. */
const PUBLISH_MILLISECONDS = 20_000;
/** What a process that died has begun holds up readers of what is committed for this long at most. */
const TRANSACTION_MILLISECONDS = 30_000;
/** Far below what brokers take in one request (100 MiB), and enough that what a request costs does not count. */
const REQUEST_CHARACTERS = 4 * 1_048_576;

/**
 * Publishes to the topics `<prefix>.events.<aggregate>`. Each publication is a transaction under one transactional id: Kafka
 * refuses whatever comes from who opened it before, also what lay in a broker's or a socket's buffer meanwhile.
 */
export function createKafkaEventPublisher(options: KafkaEventPublisherOptions): EventPublisher {
  const { settings, prefix, logger } = options;
  return {
    async open() {
      const producer = await openClient({
        settings,
        logger,
        make: (kafka) => kafka.producer(producerOf(prefix)),
      });
      try {
        // One in which nothing is sent: from here on, those before are refused.
        await publishing('taking over', async () => (await producer.client.transaction()).commit());
      } catch (error) {
        await producer.close();
        throw error;
      }
      return openPublisher(producer, prefix);
    },

    async trouble() {
      const admin = await openTopicAdmin({ settings, prefix, topics: eventTopics, logger });
      try {
        const missing = (await admin.check()).flatMap(({ topic, state }) =>
          state === 'missing' ? [topic] : [],
        );
        if (missing.length === 0) return undefined;
        return `no topic ${missing.join(', ')}: \`mediaflow topics create\` makes it`;
      } finally {
        await admin.close();
      }
    },
  };
}

const producerOf = (prefix: string) => ({
  transactionalId: `${prefix}.relay`,
  transactionTimeout: TRANSACTION_MILLISECONDS,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
  metadataMaxAge: 60_000,
  // The one of Kafka's own clients: whoever computes where a key goes finds it there.
  createPartitioner: Partitioners.DefaultPartitioner,
  // The end of a transaction is written a moment after it is acknowledged, and the next waits for it.
  retry: { initialRetryTime: 5, multiplier: 1.5, maxRetryTime: 1_000, retries: 15 },
});

function openPublisher(producer: OpenClient<Producer>, prefix: string): OpenEventPublisher {
  return {
    close: producer.close,
    publish: (records) =>
      publishing('publishing', async () => {
        const transaction = await producer.client.transaction();
        for (const part of splitByLength(records, REQUEST_CHARACTERS))
          await transaction.sendBatch({
            acks: -1,
            compression: CompressionTypes.ZSTD,
            topicMessages: topicMessagesOf(part, prefix),
          });
        await transaction.commit();
      }),
  };
}

const publishing = <Result>(what: string, task: () => Promise<Result>): Promise<Result> =>
  inTime(task(), { what, milliseconds: PUBLISH_MILLISECONDS }).catch((error: unknown) => {
    throw kafkaTrouble(error);
  });

function topicMessagesOf(records: readonly EventRecord[], prefix: string) {
  const byTopic = new Map<string, EventRecord[]>();
  for (const record of records) {
    const topic = topicName(prefix, `events.${record.aggregate}`);
    const others = byTopic.get(topic);
    if (others) others.push(record);
    else byTopic.set(topic, [record]);
  }
  return [...byTopic].map(([topic, messages]) => ({
    topic,
    messages: messages.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
  }));
}
