import type { TopicDefinition } from '../../src/adapters/kafka/topics/topic-table.js';
import { code, GENERATED, table } from './markdown.js';

/** `docs/kafka-topics.md`, from the table that topics are created by. */
export function kafkaTopicsPage(topics: readonly TopicDefinition[]): string {
  return `${[
    GENERATED,
    '# Kafka topics',
    '`mediaflow topics create` makes those that are missing, `mediaflow topics check` compares what is there with this table; both read the `KAFKA_…` variables of [configuration](configuration.md). No topic is ever made by using it, and none that exists is changed: Kafka’s own tools do that. How many partitions a topic has is chosen once: with another number, a key goes on in another partition, and its order is torn.',
    table(
      ['topic', 'holds', 'partitions', 'copies', 'kept', 'cleanup', 'largest batch'],
      topics.map((topic) => [
        code(`mediaflow.${topic.name}`),
        topic.holds,
        String(topic.partitions),
        String(topic.replication),
        keptFor(topic),
        code(topic.cleanup),
        `${topic.maximumBatchBytes / 1_048_576} MiB`,
      ]),
    ),
    'Names begin with `KAFKA_TOPIC_PREFIX`. Copies are as many as there are brokers where these are fewer, or what `KAFKA_REPLICATION` says; with three, two have to have a record before it counts as kept (`min.insync.replicas`). Topics of jobs have no retention and bear the time of the broker (`LogAppendTime`): what was admitted to the queue is removed from them ([decision 23](decisions/0023-kafka.md#jobs)).',
  ].join('\n\n')}\n`;
}

const keptFor = ({ retentionDays, retentionMinutes }: TopicDefinition): string => {
  if (retentionMinutes !== undefined) return `${retentionMinutes} minutes`;
  return retentionDays === undefined ? 'until admitted' : `${retentionDays} days`;
};
