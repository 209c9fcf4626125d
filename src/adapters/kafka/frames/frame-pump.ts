import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { messageOf } from '../../../core/errors.js';
import type { FrameTopic } from '../../../core/frame-topic.js';
import type { Logger } from '../../../core/logger.js';
import { openClient } from '../connection/open-client.js';
import type { KafkaSettings } from '../connection/settings.js';
import { readRecord } from './frame-records.js';

const TROUBLE_MILLISECONDS = 1_000;
const SESSION_MILLISECONDS = 10_000;
const READ_BYTES = 8 * 2 ** 20;

/** Reads a topic of frames into an inbox until it is stopped, whatever becomes of the brokers meanwhile. */
export function pumpFrames(options: {
  readonly settings: KafkaSettings;
  readonly topic: string;
  readonly groupId: string;
  readonly inbox: Pick<FrameTopic, 'publish' | 'discard'>;
  readonly logger: Logger;
}): { stop(): Promise<void> } {
  const { settings, topic, groupId, inbox, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function readUntilTrouble(): Promise<void> {
    const broken = Promise.withResolvers<void>();
    const { client, close } = await openClient({
      ...{ settings, logger },
      make: (kafka) =>
        kafka.consumer({
          ...{ groupId, allowAutoTopicCreation: false, sessionTimeout: SESSION_MILLISECONDS },
          ...{ maxBytesPerPartition: READ_BYTES, maxWaitTimeInMs: 500 },
          retry: { restartOnFailure: async () => false },
        }),
    });
    const stop = () => broken.resolve();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      client.on(client.events.CRASH, ({ payload: { error } }) => broken.reject(error));
      // A group that has read nothing yet begins with what comes: frames of before are late.
      await client.subscribe({ topic, fromBeginning: false });
      await run(client);
      await broken.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      await close();
    }
  }

  const run = (client: Consumer): Promise<void> =>
    client.run({
      async eachMessage({ message }) {
        const record = readRecord(message);
        if (!record) return;
        if (record.frame === null) await inbox.discard(record.sourceId);
        else await inbox.publish(record.sourceId, [record.frame], record.droppedBefore);
      },
    });

  async function pump(): Promise<void> {
    let isTold = false;
    while (!signal.aborted) {
      try {
        await readUntilTrouble();
      } catch (error) {
        if (!isTold) logger.warn({ topic, error: messageOf(error) }, 'frames cannot be read from Kafka');
        isTold = true;
        await sleep(TROUBLE_MILLISECONDS, undefined, { signal }).catch(() => {});
      }
    }
  }

  const pumping = pump();
  return {
    async stop() {
      stopping.abort();
      await pumping;
    },
  };
}
