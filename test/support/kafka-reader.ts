import { openClient } from '../../src/adapters/kafka/connection/open-client.js';
import type { KafkaSettings } from '../../src/adapters/kafka/connection/settings.js';
import { silentLogger } from '../../src/core/logger.js';

/** A record as a reader finds it. */
export interface ReadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads topics from their beginning on, in the order of their partitions, also what was never committed when told so. */
export async function readTopics(
  settings: KafkaSettings,
  topics: readonly string[],
  { readUncommitted = false }: { readonly readUncommitted?: boolean } = {},
): Promise<{ readonly records: readonly ReadRecord[]; stop(): Promise<void> }> {
  const records: ReadRecord[] = [];
  const { client, close } = await openClient({
    ...{ settings, logger: silentLogger },
    make: (kafka) =>
      kafka.consumer({ groupId: `test-${crypto.randomUUID()}`, readUncommitted, maxWaitTimeInMs: 100 }),
  });
  await client.subscribe({ topics: [...topics], fromBeginning: true });
  await client.run({
    autoCommit: false,
    async eachBatch({ batch, resolveOffset }) {
      for (const { key, value, headers = {}, offset } of batch.messages) {
        records.push({
          topic: batch.topic,
          partition: batch.partition,
          offset: Number(offset),
          key: String(key),
          value: String(value),
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, content]) => [name, String(content)]),
          ),
        });
        resolveOffset(offset);
      }
    },
  });
  return { records, stop: close };
}
