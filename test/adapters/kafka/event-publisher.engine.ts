import { randomUUID } from 'node:crypto';
import { createKafkaEventPublisher } from '../../../src/adapters/kafka/publisher/event-publisher.js';
import { openTopicAdmin } from '../../../src/adapters/kafka/topics/topic-admin.js';
import { eventTopics } from '../../../src/adapters/kafka/topics/topic-table.js';
import { silentLogger } from '../../../src/core/logger.js';
import { eventPublisherContract } from '../../contracts/event-publisher.contract.js';
import { engine } from '../../support/engines.js';
import { readTopics } from '../../support/kafka-reader.js';
import { deleteTopics } from '../../support/kafka-topics.js';

eventPublisherContract('Kafka', async () => {
  const settings = { brokers: engine('kafka').KAFKA_BROKERS.split(','), clientId: 'test' };
  const prefix = `test-${randomUUID()}`;
  const options = { settings, prefix, logger: silentLogger };
  const admin = await openTopicAdmin({ ...options, topics: eventTopics });
  await admin.create();
  await admin.close();
  const { records, stop } = await readTopics(settings, [`${prefix}.events.media`]);
  return {
    publisher: createKafkaEventPublisher(options),
    async read(key) {
      return records
        .filter((record) => record.key === key)
        .map(({ value, headers }) => ({ aggregate: 'media', key, value, headers }));
    },
    async stop() {
      await stop();
      await deleteTopics(settings, prefix);
    },
  };
});
