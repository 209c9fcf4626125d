import { setTimeout as delay } from 'node:timers/promises';
import { openClient } from '../../src/adapters/kafka/connection/open-client.js';
import type { KafkaSettings } from '../../src/adapters/kafka/connection/settings.js';
import { silentLogger } from '../../src/core/logger.js';

/** Removes what a test has left on a broker that others use too. */
export async function deleteTopics(settings: KafkaSettings, prefix: string): Promise<void> {
  const { client, close } = await openClient({
    ...{ settings, logger: silentLogger },
    make: (kafka) => kafka.admin(),
  });
  const topics = (await client.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
  if (topics.length > 0) await client.deleteTopics({ topics });
  await close();
}

/** Waits until each topic of a prefix has leaders that know it: a broker that is told last refuses what is sent to it. */
export async function untilLed(settings: KafkaSettings, prefix: string): Promise<void> {
  const { client, close } = await openClient({
    ...{ settings, logger: silentLogger },
    make: (kafka) => kafka.admin(),
  });
  const topics = (await client.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
  const isLed = (topic: string) =>
    client.fetchTopicOffsets(topic).then(
      () => true,
      () => false,
    );
  for (const topic of topics) while (!(await isLed(topic))) await delay(50);
  await close();
}
