import { createMemoryFrameTopic } from '../../adapters/memory/frame-topic.js';
import type { FrameTopic } from '../../core/frame-topic.js';
import type { Logger } from '../../core/logger.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';
import { kafkaSettings } from './kafka-settings.js';
import type { Storage } from './open-storage.js';

/** Where frames wait to be looked at. */
export async function openFrameTopic(options: {
  readonly config: Pick<Config, 'kafka' | 'live'>;
  readonly storage: Pick<Storage, 'frames'>;
  readonly closers: Closers;
  readonly logger: Logger;
}): Promise<FrameTopic> {
  const { config, storage, closers, logger } = options;
  const { kafka, live } = config;
  if (!kafka || !live.keepsFramesInKafka) return storage.frames;
  const { createKafkaFrameTopic } = await import('../../adapters/kafka/frames/frame-topic.js');
  const topic = createKafkaFrameTopic({
    ...{ settings: await kafkaSettings(kafka), prefix: kafka.topicPrefix, logger },
    inbox: createMemoryFrameTopic({ logger }),
  });
  closers.add('live frames', () => topic.close());
  return topic;
}
