/** A topic as it ought to be. */
export interface TopicDefinition {
  /** After the prefix and a dot. */
  readonly name: string;
  /** One sentence for people. */
  readonly holds: string;
  readonly partitions: number;
  /** Copies, where the cluster has as many brokers. */
  readonly replication: number;
  readonly retentionDays: number;
  /** `compact` keeps the last record of a key only. */
  readonly cleanup: 'delete' | 'compact';
  /** Largest batch of records a broker takes, compressed. */
  readonly maximumBatchBytes: number;
}

const MEBIBYTE = 1_048_576;

/**
 * Streams of events: keys are streams, of which each stays in its partition, so the number of partitions is chosen
 * once, for what is to come: more later would tear the order of keys. Never compacted: an event does not replace another.
 */
const EVENTS = {
  replication: 3,
  retentionDays: 7,
  cleanup: 'delete',
  // An event may be 1 MiB, and a little around it.
  maximumBatchBytes: 8 * MEBIBYTE,
} as const;

/** Every topic there is. docs/kafka-topics.md is made of it. */
export const topicTable: readonly TopicDefinition[] = [
  {
    ...EVENTS,
    name: 'events.media',
    holds: 'What happened to media items; key: `media-<id>`',
    partitions: 12,
  },
  {
    ...EVENTS,
    name: 'events.viewer',
    holds: 'What viewers did, under random ids; key: `viewer-<id>`',
    partitions: 12,
  },
  {
    ...EVENTS,
    name: 'events.recommendation',
    holds: 'Recommendations that were asked for and made; key: `recommendation-<id>`',
    partitions: 6,
  },
];

export const topicName = (prefix: string, name: string): string => `${prefix}.${name}`;

/** What of a definition is configuration of the topic, as Kafka spells it. `copies` is how many there can be. */
export const configOf = (definition: TopicDefinition, copies: number): Readonly<Record<string, string>> => ({
  'cleanup.policy': definition.cleanup,
  'retention.ms': String(definition.retentionDays * 86_400_000),
  'max.message.bytes': String(definition.maximumBatchBytes),
  // With three copies, what is acknowledged outlives the loss of one of them, and writing goes on without one.
  'min.insync.replicas': String(copies >= 3 ? 2 : 1),
});
