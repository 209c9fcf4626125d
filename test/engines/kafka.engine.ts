import { randomUUID } from 'node:crypto';
import { type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engine } from '../support/engines.js';
import { createTopic } from '../support/kafka-created-topic.js';

const topic = `smoke-${randomUUID()}`;
let kafka: Kafka;
let producer: Producer;
let consumer: Consumer;

beforeAll(async () => {
  kafka = new Kafka({ brokers: engine('kafka').KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await createTopic(admin, { topic, numPartitions: 2 });
  await admin.disconnect();
  producer = kafka.producer({ idempotent: true });
  consumer = kafka.consumer({ groupId: topic });
  await Promise.all([producer.connect(), consumer.connect()]);
});
afterAll(async () => {
  await consumer?.disconnect();
  await producer?.disconnect();
  const admin = kafka?.admin();
  await admin?.connect();
  await admin?.deleteTopics({ topics: [topic] });
  await admin?.disconnect();
});

it('a group reads what was acknowledged, in order for each key', async () => {
  const values = ['1', '2', '3', '4'];
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ key: 'item', value })) });
  const read: string[] = [];
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void read.push(String(message.value)) });
  await expect.poll(() => read).toEqual(values);
});
