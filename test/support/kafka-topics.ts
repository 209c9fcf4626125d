import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { openClient } from '../../src/adapters/kafka/connection/open-client.js';
import type { KafkaSettings } from '../../src/adapters/kafka/connection/settings.js';
import { openTopicAdmin } from '../../src/adapters/kafka/topics/topic-admin.js';
import type { TopicDefinition } from '../../src/adapters/kafka/topics/topic-table.js';
import { silentLogger } from '../../src/core/logger.js';

/** Makes topics as `mediaflow topics create` does, and waits until their leaders know it: one that is told last refuses what is sent to it. */
export async function makeTopics(
  settings: KafkaSettings,
  prefix: string,
  topics: readonly TopicDefinition[],
): Promise<void> {
  const admin = await openTopicAdmin({ settings, prefix, topics, logger: silentLogger });
  await admin.create();
  await admin.close();
  await onTopicsOf(settings, prefix, async (client, names) => {
    const isLed = (topic: string) =>
      client.fetchTopicOffsets(topic).then(
        () => true,
        () => false,
      );
    for (const topic of names) while (!(await isLed(topic))) await delay(50);
  });
}

/** Removes what a test has left on a broker that others use too. */
export const deleteTopics = (settings: KafkaSettings, prefix: string): Promise<void> =>
  onTopicsOf(settings, prefix, async (client, topics) => {
    if (topics.length > 0) await client.deleteTopics({ topics });
  });

async function onTopicsOf(
  settings: KafkaSettings,
  prefix: string,
  use: (client: Admin, topics: string[]) => Promise<void>,
): Promise<void> {
  const { client, close } = await openClient({
    ...{ settings, logger: silentLogger },
    make: (kafka) => kafka.admin(),
  });
  await use(
    client,
    (await client.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`)),
  );
  await close();
}
