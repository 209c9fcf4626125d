import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobPolicy, JobToEnqueue } from '../../../../src/core/job.js';
import type { JobQueue } from '../../../../src/core/job-queue.js';
import { NO_REQUEST } from '../../../../src/core/request-origin.js';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { startTestBroker, type TestBroker } from '../../../support/kafka-broker.js';
import { makeJobTopics, newPrefix, openKafkaJobQueue } from './kafka-queues.js';

const kind = 'step';
const policy: JobPolicy = {
  ...{ maximumAttempts: 3, leaseSeconds: 2, timeLimitSeconds: 600 },
  backoff: { firstSeconds: 0.01, maximumSeconds: 0.05 },
};
let broker: TestBroker;
let database: TestDatabase;
let queue: JobQueue;
const warnings: string[] = [];
const ran: string[] = [];
const finish = Promise.withResolvers<void>();
beforeAll(async () => {
  [broker, database] = await Promise.all([startTestBroker(), createTestDatabase()]);
  const prefix = newPrefix();
  await makeJobTopics(broker.brokers, prefix, [kind]);
  queue = await openKafkaJobQueue({
    ...{ brokers: broker.brokers, connectionString: database.url, prefix, policies: [{ kind, policy }] },
    // Whoever joins waits for a member that was cut off until its session is over.
    sessionSeconds: 6,
    stalledAfterSeconds: 15,
    logger: {
      debug() {},
      info() {},
      warn: (_, message) => void warnings.push(message),
      error: (_, message) => void warnings.push(message),
    },
  });
  await queue.work(kind, { concurrency: 4, policy }, async ({ key, attempt }) => {
    ran.push(`${key} ${attempt}`);
    if (key === 'long') await finish.promise;
    return { done: true };
  });
}, 120_000);
afterAll(async () => {
  await queue?.stop({ graceSeconds: 0 });
  await broker?.end();
  await database?.drop();
});

const job = (key: string): JobToEnqueue => ({
  ...{ id: randomUUID(), kind, key, payload: {}, correlationId: 'correlation', causationId: 'cause' },
  ...NO_REQUEST,
});
const runs = (entry: string) => expect.poll(() => ran, { timeout: 90_000 }).toContain(entry);

test('a broker that dies or hangs holds up what is not admitted, and nothing else; afterwards all goes on by itself', async () => {
  await queue.enqueue([job('long')]);
  await runs('long 1');
  const told = () => warnings.filter((message) => message.includes('cannot be admitted')).length;
  const toldBefore = told();
  for (const away of ['killed', 'paused'] as const) {
    if (away === 'killed') await broker.kill();
    else await broker.pause();
    const late = job(`after it was ${away}`);
    const refused = expect(queue.enqueue([late])).rejects.toMatchObject({ kind: 'unavailable' });
    // A dead letter, a retry, a heartbeat: nothing of that asks Kafka.
    expect(await queue.deadLetters({ limit: 10 })).toEqual([]);
    await refused;
    if (away === 'killed') await broker.restart();
    else broker.resume();
    // As the outbox does.
    await expect
      .poll(
        () =>
          queue.enqueue([late]).then(
            () => true,
            () => false,
          ),
        { timeout: 90_000 },
      )
      .toBe(true);
    await runs(`${late.key} 1`);
  }
  finish.resolve();
  await expect.poll(() => queue.depth(), { timeout: 20_000 }).toEqual([{ kind, waiting: 0, active: 0 }]);
  expect(ran).toEqual(['long 1', 'after it was killed 1', 'after it was paused 1']);
  expect(told() - toldBefore).toBeLessThanOrEqual(2);
}, 400_000);
