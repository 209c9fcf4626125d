import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openClient } from '../../../../src/adapters/kafka/connection/open-client.js';
import type { JobPolicy, JobToEnqueue } from '../../../../src/core/job.js';
import type { JobQueue } from '../../../../src/core/job-queue.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { NO_REQUEST } from '../../../../src/core/request-origin.js';
import { engine } from '../../../support/engines.js';
import { deleteTopics } from '../../../support/kafka-topics.js';
import {
  makeJobTopics,
  newPrefix,
  openKafkaJobQueue,
  type QueueDatabase,
  settingsOf,
} from './kafka-queues.js';

/** What lies in Kafka, whoever takes it from there and whatever happens to them. */
export function backlogContract(name: string, openDatabase: () => Promise<QueueDatabase>): void {
  describe(`a backlog in ${name}`, () => {
    const { KAFKA_BROKERS: brokers } = engine('kafka');
    const settings = settingsOf(brokers);
    const policy: JobPolicy = {
      ...{ maximumAttempts: 3, leaseSeconds: 20, timeLimitSeconds: 60 },
      backoff: { firstSeconds: 0.01, maximumSeconds: 0.05 },
    };
    const prefix = newPrefix();
    const opened: JobQueue[] = [];
    let database: QueueDatabase;
    beforeAll(async () => {
      database = await openDatabase();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((queue) => queue.stop({ graceSeconds: 0 })));
    });
    afterAll(async () => {
      await deleteTopics(settings, prefix);
      await database.drop();
    });

    const newKind = async () => {
      const kind = `kind-${randomUUID()}`;
      await makeJobTopics(brokers, prefix, [kind]);
      return kind;
    };
    const open = async (kind: string) => {
      const policies = [{ kind, policy }];
      const { connectionString, directConnectionString } = database;
      const queue = await openKafkaJobQueue({
        brokers,
        connectionString,
        directConnectionString,
        prefix,
        policies,
      });
      opened.push(queue);
      return queue;
    };
    const job = (kind: string, key: string = randomUUID()): JobToEnqueue => ({
      ...{ id: randomUUID(), kind, key, payload: {}, correlationId: 'correlation', causationId: 'cause' },
      ...NO_REQUEST,
    });
    const standing = async (queue: JobQueue) => (await queue.depth())[0];
    const admin = () => openClient({ ...{ settings, logger: silentLogger }, make: (kafka) => kafka.admin() });

    test('a backlog is admitted as far as there is room, and each of its jobs runs once, in the order of its key', async () => {
      const kind = await newKind();
      const queue = await open(kind);
      const keys = Array.from({ length: 800 }, (_, n) => `key-${n}`);
      const jobs = [0, 1].flatMap((place) => keys.map((key) => ({ ...job(kind, key), payload: { place } })));
      for (let from = 0; from < jobs.length; from += 500) await queue.enqueue(jobs.slice(from, from + 500));
      // More, where a broker was slow to answer: what is there twice counts until it is admitted, which it is once.
      const atLeast = (waiting: number) => expect.toSatisfy((actual: number) => actual >= waiting);
      expect(await standing(queue)).toEqual({ kind, waiting: atLeast(1_600), active: 0 });
      const gate = Promise.withResolvers<void>();
      const ran = new Map<string, unknown[]>();
      const worker = await open(kind);
      await worker.work(kind, { concurrency: 20, policy }, async ({ key, payload }) => {
        await gate.promise;
        ran.set(key, [...(ran.get(key) ?? []), payload.place]);
        return { done: true };
      });
      const rows = async () =>
        (
          await database.query<{ count: number }>(
            'select count(*)::int as count from pgboss.job where name = $1',
            [kind],
          )
        )[0]?.count;
      await expect.poll(rows).toBeGreaterThanOrEqual(500);
      await expect.poll(() => standing(queue)).toEqual({ kind, waiting: atLeast(1_580), active: 20 });
      // Those that run have given their places to others.
      expect(await rows()).toBeLessThan(1_050);
      gate.resolve();
      await expect
        .poll(() => standing(queue), { timeout: 80_000, interval: 200 })
        .toEqual({ kind, waiting: 0, active: 0 });
      expect(ran.size).toBe(keys.length);
      for (const places of ran.values()) expect(places).toEqual([0, 1]);
    }, 120_000);

    test('what a member admitted without saying so is read again by the next, and changes nothing', async () => {
      const kind = await newKind();
      const ran: string[] = [];
      const work = async () => {
        const queue = await open(kind);
        await queue.work(kind, { concurrency: 4, policy }, async ({ id }) => {
          ran.push(id);
          return { done: true };
        });
        return queue;
      };
      const first = await work();
      const jobs = Array.from({ length: 20 }, () => job(kind));
      await first.enqueue(jobs);
      await expect.poll(() => ran.length).toBe(20);
      await first.stop({ graceSeconds: 1 });
      const { client, close } = await admin();
      await client.deleteGroups([`${prefix}.jobs.${kind}`]);
      await close();
      const second = await work();
      const last = job(kind);
      await second.enqueue([last]);
      await expect.poll(() => ran.at(-1)).toBe(last.id);
      await expect.poll(() => standing(second)).toEqual({ kind, waiting: 0, active: 0 });
      expect(ran).toHaveLength(21);
    });

    test('what is cancelled while nobody takes its kind never runs', async () => {
      const kind = await newKind();
      const queue = await open(kind);
      const [unwanted, wanted] = [job(kind, 'unwanted'), job(kind, 'wanted')];
      await queue.enqueue([unwanted, wanted, { ...job(kind, 'unwanted'), long: true }]);
      await queue.cancel({ id: randomUUID(), kinds: [kind], key: 'unwanted' });
      const again = job(kind, 'unwanted');
      await queue.enqueue([again]);
      const ran: string[] = [];
      await queue.work(kind, { concurrency: 1, policy }, async ({ id }) => {
        ran.push(id);
        return { done: true };
      });
      await expect.poll(() => standing(queue)).toEqual({ kind, waiting: 0, active: 0 });
      expect(ran.toSorted()).toEqual([wanted.id, again.id].toSorted());
    });

    test('a job in hand goes on while members of its group come and go, and what comes meanwhile runs', async () => {
      const kind = await newKind();
      const first = await open(kind);
      const attempts: string[] = [];
      const finish = Promise.withResolvers<void>();
      const handler = async ({ key, attempt }: { key: string; attempt: number }) => {
        attempts.push(`${key} ${attempt}`);
        if (key === 'long') await finish.promise;
        return { done: true } as const;
      };
      await first.work(kind, { concurrency: 4, policy }, handler);
      await first.enqueue([job(kind, 'long')]);
      await expect.poll(() => attempts).toEqual(['long 1']);
      const others = [await open(kind), await open(kind)];
      for (const [n, other] of others.entries()) {
        await other.work(kind, { concurrency: 4, policy }, handler);
        await other.enqueue(Array.from({ length: 10 }, (_, m) => job(kind, `${n} ${m}`)));
        await expect.poll(() => attempts.length, { timeout: 20_000 }).toBe(1 + 10 * (n + 1));
      }
      for (const other of others) await other.stop({ graceSeconds: 0 });
      await first.enqueue([job(kind, 'last')]);
      await expect.poll(() => attempts.at(-1), { timeout: 20_000 }).toBe('last 1');
      finish.resolve();
      await expect.poll(() => standing(first)).toEqual({ kind, waiting: 0, active: 0 });
      expect(attempts.filter((attempt) => attempt.startsWith('long'))).toEqual(['long 1']);
    });

    test('a record that is no job is told and passed over', async () => {
      const kind = await newKind();
      const queue = await open(kind);
      const { client, close } = await openClient({
        ...{ settings, logger: silentLogger },
        make: (kafka) => kafka.producer(),
      });
      const messages = ['', 'no JSON', '{}', JSON.stringify(job('another kind'))];
      await client.send({
        topic: `${prefix}.jobs.${kind}.short`,
        messages: messages.map((value) => ({ key: 'same', value })),
      });
      await close();
      await queue.enqueue([job(kind, 'same')]);
      const ran: string[] = [];
      await queue.work(kind, { concurrency: 1, policy }, async ({ key }) => {
        ran.push(key);
        return { done: true };
      });
      await expect.poll(() => standing(queue)).toEqual({ kind, waiting: 0, active: 0 });
      expect(ran).toEqual(['same']);
    });

    test('a topic that is not there is named to those who send to it, with what makes it', async () => {
      const kind = `kind-${randomUUID()}`;
      const queue = await open(kind);
      const noTopic = (length: string) => ({
        code: 'kafka_unavailable',
        message: expect.stringMatching(
          `^No topic ${prefix}\\.jobs\\.${kind}\\.${length}: \`mediaflow topics create\` makes it$`,
        ),
      });
      await expect(queue.enqueue([job(kind)])).rejects.toMatchObject(noTopic('short'));
      // Whichever of the two is asked for first.
      await expect(queue.depth()).rejects.toMatchObject(noTopic('(short|long)'));
    });
  });
}
