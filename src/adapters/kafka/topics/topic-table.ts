/** A topic as it ought to be. */
export interface TopicDefinition {
  /** After the prefix and a dot. */
  readonly name: string;
  /** One sentence for people. */
  readonly holds: string;
  readonly partitions: number;
  /** Copies, where the cluster has as many brokers. */
  readonly replication: number;
  /** Undefined keeps records until they are removed: nothing is lost that waits for long. */
  readonly retentionDays?: number;
  /** Instead of days: of what is worth nothing soon. */
  readonly retentionMinutes?: number;
  /** `compact` keeps the last record of a key only. */
  readonly cleanup: 'delete' | 'compact';
  /** Largest batch of records a broker takes, compressed. */
  readonly maximumBatchBytes: number;
  /** Whether the broker says what time it is, and not the sender. */
  readonly bearsBrokerTime?: boolean;
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

/** Those that the relay publishes to. */
export const eventTopics: readonly TopicDefinition[] = [
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
  {
    ...EVENTS,
    name: 'events.live',
    holds: 'Live sources and what was seen in their frames; key: `live-<id>`',
    partitions: 6,
  },
];

/** How long jobs of a topic run: the long ones must not stand before the others. */
export const JOB_LENGTHS = ['short', 'long'] as const;
export type JobLength = (typeof JOB_LENGTHS)[number];

export const jobTopic = (kind: string, length: JobLength): string => `jobs.${kind}.${length}`;

/** The backlogs of these kinds of jobs. As with events, the number of partitions is chosen once. */
export const jobTopics = (kinds: readonly string[]): readonly TopicDefinition[] =>
  kinds.flatMap((kind) =>
    JOB_LENGTHS.map((length) => ({
      name: jobTopic(kind, length),
      holds: `Jobs \`${kind}\` ${length === 'long' ? 'that run long' : 'that wait to be admitted to the queue'}; key: what the job is about, such as a media id`,
      partitions: 4,
      replication: 3,
      cleanup: 'delete',
      maximumBatchBytes: 8 * MEBIBYTE,
      bearsBrokerTime: true,
    })),
  );

/** Frames of live sources, where `MEDIAFLOW_FRAMES` is `kafka`. More partitions serve more processes at once. */
export const frameTopics = [
  {
    name: 'live-frames',
    holds:
      'Frames of live sources on their way to who looks at them (`MEDIAFLOW_FRAMES`), each a JPEG of at most 512 KiB; key: id of the source',
    partitions: 12,
    // Frames may be lost: a copy of each is for those that a broker has when it goes away.
    replication: 2,
    retentionMinutes: 5,
    cleanup: 'delete',
    maximumBatchBytes: 8 * MEBIBYTE,
  },
] as const satisfies readonly TopicDefinition[];

/** Every topic there is. docs/kafka-topics.md is made of it. */
export const topicTable = (jobKinds: readonly string[]): readonly TopicDefinition[] => [
  ...eventTopics,
  ...jobTopics(jobKinds),
  ...frameTopics,
];

export const topicName = (prefix: string, name: string): string => `${prefix}.${name}`;

const retentionMilliseconds = ({ retentionDays, retentionMinutes }: TopicDefinition): number => {
  if (retentionMinutes !== undefined) return retentionMinutes * 60_000;
  return retentionDays === undefined ? -1 : retentionDays * 86_400_000;
};

/** What of a definition is configuration of the topic, as Kafka spells it. `copies` is how many there can be. */
export const configOf = (definition: TopicDefinition, copies: number): Readonly<Record<string, string>> => ({
  'cleanup.policy': definition.cleanup,
  'retention.ms': String(retentionMilliseconds(definition)),
  // What is in a segment that is still written to is not let go of.
  ...(definition.retentionMinutes !== undefined && {
    'segment.ms': String(retentionMilliseconds(definition)),
  }),
  ...(definition.bearsBrokerTime && { 'message.timestamp.type': 'LogAppendTime' }),
  'max.message.bytes': String(definition.maximumBatchBytes),
  // With three copies, what is acknowledged outlives the loss of one of them, and writing goes on without one.
  'min.insync.replicas': String(copies >= 3 ? 2 : 1),
});
