import type { Producer } from 'kafkajs';
import type { FrameTopic } from '../../../core/frame-topic.js';
import type { Logger } from '../../../core/logger.js';
import { inTime } from '../connection/deadline.js';
import { kafkaTrouble } from '../connection/kafka-errors.js';
import { Partitioners } from '../connection/kafkajs.js';
import { type OpenClient, openClient } from '../connection/open-client.js';
import type { KafkaSettings } from '../connection/settings.js';
import { frameTopics, topicName } from '../topics/topic-table.js';
import { pumpFrames } from './frame-pump.js';
import { discardRecord, recordsOf } from './frame-records.js';

/** A frame that takes longer to be put in is worth less than the next one. */
const PUBLISH_MILLISECONDS = 5_000;

/**
 * Frames over the topic `<prefix>.live-frames`, by source. Kafka drops by age and never by source: whoever consumes reads
 * all that there is at once into an inbox that is bounded for each source, where the oldest make room and are counted. So nothing that waits in
 * Kafka is older than a process that reads takes to read it, and what nobody reads is gone after some minutes.
 */
export function createKafkaFrameTopic(options: {
  readonly settings: KafkaSettings;
  readonly prefix: string;
  /** Where frames wait in a process that looks at them; it says what is dropped. */
  readonly inbox: FrameTopic;
  readonly logger: Logger;
}): FrameTopic {
  const { settings, prefix, inbox, logger } = options;
  const topic = topicName(prefix, frameTopics[0].name);
  let producer: Promise<OpenClient<Producer>> | undefined;

  const opened = (): Promise<OpenClient<Producer>> => {
    producer ??= openClient({
      ...{ settings, logger },
      make: (kafka) =>
        kafka.producer({
          ...{ allowAutoTopicCreation: false, metadataMaxAge: 60_000 },
          createPartitioner: Partitioners.DefaultPartitioner,
          retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 3 },
        }),
    }).catch((error: unknown) => {
      producer = undefined;
      throw error;
    });
    return producer;
  };
  const send = async (messages: Parameters<Producer['send']>[0]['messages']): Promise<void> => {
    const { client } = await opened();
    // One copy is enough: a lost frame is followed by the next one.
    const sent = client.send({ topic, acks: 1, messages });
    await inTime(sent, { what: 'publishing frames', milliseconds: PUBLISH_MILLISECONDS }).catch(
      (error: unknown) => {
        throw kafkaTrouble(error);
      },
    );
  };

  let consumers = 0;
  let pump: ReturnType<typeof pumpFrames> | undefined;

  return {
    async publish(sourceId, frames, droppedBefore) {
      await send(recordsOf(sourceId, frames, droppedBefore));
      return { pushedOut: 0 };
    },

    async discard(sourceId) {
      await send([discardRecord(sourceId)]);
    },

    async consume(asked) {
      consumers += 1;
      pump ??= pumpFrames({ settings, topic, groupId: `${prefix}.live-frames`, inbox, logger });
      try {
        await inbox.consume(asked);
      } finally {
        consumers -= 1;
        if (consumers === 0) {
          const ended = pump;
          pump = undefined;
          await ended.stop();
        }
      }
    },

    async close() {
      await pump?.stop();
      const open = await producer?.catch(() => undefined);
      await open?.close();
      await inbox.close();
    },
  };
}
