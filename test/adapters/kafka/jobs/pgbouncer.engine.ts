import { afterAll, expect, inject, test } from 'vitest';
import { type PgBouncer, startPgBouncer } from '../../../support/pgbouncer.js';
import { backlogContract } from './backlog.contract.js';
import { kafkaJobQueueContract } from './kafka-job-queue.contract.js';
import { openQueueDatabase } from './kafka-queues.js';

const bouncer: PgBouncer = await startPgBouncer(inject('postgresUrl'));
afterAll(bouncer.stop);

kafkaJobQueueContract('Kafka before PgBouncer', () => openQueueDatabase(bouncer));
backlogContract('Kafka before PgBouncer', () => openQueueDatabase(bouncer));

test('all of this went through the pooler', async () => {
  expect(await bouncer.transactions()).toBeGreaterThan(1_000);
});
