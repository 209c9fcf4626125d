import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { Logger } from '../../../core/logger.js';
import { inTime } from '../connection/deadline.js';
import { kafkaTrouble } from '../connection/kafka-errors.js';
import { ConfigResourceTypes } from '../connection/kafkajs.js';
import { openClient } from '../connection/open-client.js';
import type { KafkaSettings } from '../connection/settings.js';
import { configOf, type TopicDefinition, topicName } from './topic-table.js';

/** A topic beside what it ought to be. */
export interface TopicFinding {
  readonly topic: string;
  readonly state: 'right' | 'missing' | 'different';
  /** Each a sentence, such as `partitions: 3 instead of 12`. */
  readonly differences: readonly string[];
}

export interface TopicAdmin {
  /** Makes those that are missing, and leaves all others as they are. Gives the names of those it made. */
  create(): Promise<readonly string[]>;
  check(): Promise<readonly TopicFinding[]>;
  close(): Promise<void>;
}

const ANSWER_MILLISECONDS = 20_000;
const KNOWN_MILLISECONDS = 50;

/** Topics under a prefix, compared with what they ought to be. Throws unavailable `kafka_unavailable`. */
export async function openTopicAdmin(options: {
  readonly settings: KafkaSettings;
  readonly prefix: string;
  readonly topics: readonly TopicDefinition[];
  /** Copies of each partition; undefined takes those of the table, or as many as there are brokers. */
  readonly replication?: number | undefined;
  readonly logger: Logger;
}): Promise<TopicAdmin> {
  const { settings, prefix, logger } = options;
  const { client: admin, close } = await openClient({ settings, logger, make: (kafka) => kafka.admin() });

  async function wanted(): Promise<readonly WantedTopic[]> {
    const { brokers } = await admin.describeCluster();
    return options.topics.map((definition) => {
      const copies = options.replication ?? Math.min(definition.replication, brokers.length);
      return { topic: topicName(prefix, definition.name), definition, copies };
    });
  }

  const asked = <Result>(what: string, task: () => Promise<Result>): Promise<Result> =>
    inTime(task(), { what, milliseconds: ANSWER_MILLISECONDS }).catch((error: unknown) => {
      throw kafkaTrouble(error);
    });

  return {
    close,
    create: () =>
      asked('creating topics', async () => {
        const there = new Set(await admin.listTopics());
        const missing = (await wanted()).filter(({ topic }) => !there.has(topic));
        if (missing.length === 0) return [];
        // False when somebody else made them meanwhile.
        await admin.createTopics({ waitForLeaders: false, topics: missing.map(toCreate) });
        const made = missing.map(({ topic }) => topic);
        await untilKnown(admin, made);
        return made;
      }),
    check: () => asked('describing topics', async () => compareAll(admin, await wanted())),
  };
}

/** A broker learns of topics a moment after they are made; kafkajs, when told to wait for their leaders, takes that for an error. */
async function untilKnown(admin: Admin, topics: readonly string[]): Promise<void> {
  for (const deadline = performance.now() + ANSWER_MILLISECONDS; ; ) {
    try {
      await admin.fetchTopicMetadata({ topics: [...topics] });
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(KNOWN_MILLISECONDS);
    }
  }
}

interface WantedTopic {
  readonly topic: string;
  readonly definition: TopicDefinition;
  readonly copies: number;
}

const toCreate = ({ topic, definition, copies }: WantedTopic) => ({
  topic,
  numPartitions: definition.partitions,
  replicationFactor: copies,
  configEntries: Object.entries(configOf(definition, copies)).map(([name, value]) => ({ name, value })),
});

async function compareAll(admin: Admin, wanted: readonly WantedTopic[]): Promise<readonly TopicFinding[]> {
  const there = new Set(await admin.listTopics());
  const names = wanted.map(({ topic }) => topic).filter((topic) => there.has(topic));
  const [{ topics }, { resources }] =
    names.length === 0
      ? [{ topics: [] }, { resources: [] }]
      : await Promise.all([
          admin.fetchTopicMetadata({ topics: names }),
          admin.describeConfigs({
            includeSynonyms: false,
            resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
          }),
        ]);
  return wanted.map(({ topic, definition, copies }) => {
    const partitions = topics.find(({ name }) => name === topic)?.partitions;
    if (!partitions) return { topic, state: 'missing', differences: [] };
    const configured = new Map(
      resources
        .find(({ resourceName }) => resourceName === topic)
        ?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    );
    const differences = [
      differing('partitions', partitions.length, definition.partitions),
      differing('copies', Math.min(...partitions.map(({ replicas }) => replicas.length)), copies),
      ...Object.entries(configOf(definition, copies)).map(([name, value]) =>
        differing(name, configured.get(name), value),
      ),
    ].filter((difference) => difference !== undefined);
    return { topic, state: differences.length === 0 ? 'right' : 'different', differences };
  });
}

const differing = (what: string, is: number | string | undefined, ought: number | string) =>
  String(is) === String(ought) ? undefined : `${what}: ${is} instead of ${ought}`;
