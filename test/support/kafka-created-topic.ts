import type { Admin, ITopicConfig } from 'kafkajs';
import { expect, vi } from 'vitest';

/**
 * Makes a topic and waits until the broker knows of it with all its leaders. What kafkajs has for that takes a broker that has
 * not heard of the topic yet for an error.
 */
export async function createTopic(admin: Admin, topic: ITopicConfig): Promise<void> {
  await admin.createTopics({ topics: [topic], waitForLeaders: false });
  await vi.waitFor(
    async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic.topic] });
      const led = topics.flatMap(({ partitions }) => partitions.filter(({ leader }) => leader >= 0));
      expect(led).toHaveLength(topic.numPartitions ?? 1);
    },
    { timeout: 30_000 },
  );
}
