import { describe, expect, test } from 'vitest';
import { createTakeBack } from '../../../src/adapters/pg-boss/take-back.js';
import type { JobHandler, JobOutcome, RunningJob } from '../../../src/core/running-job.js';
import { createCuttableProxy } from './cuttable-proxy.js';
import { createQueues, eventually, idle, job, newKind, policy } from './queues.js';

const { database, openQueue, loseWorker, cleanUp } = await createQueues();

describe('a worker that dies', () => {
  test('is noticed after its lease, and its job goes to another as the next attempt', async () => {
    const kind = newKind();
    const { queue, work } = await openQueue(kind);
    const lost = job(kind, { key: 'same' });
    expect(await loseWorker(queue, lost)).toEqual({ id: lost.id, attempt: 1 });
    const killedAt = performance.now();
    const later = job(kind, { key: 'same' });
    await queue.enqueue([later]);
    const runs: string[] = [];
    await work(async ({ id, attempt }) => {
      runs.push(`${id}:${attempt}`);
      return { done: true };
    });
    await eventually(() => expect(runs).toEqual([`${lost.id}:2`, `${later.id}:1`]));
    expect(performance.now() - killedAt).toBeLessThan(8000);
  });

  test('is noticed just as well when an earlier release put the job in, whose lease lies elsewhere', async () => {
    const kind = newKind();
    const { queue, work } = await openQueue(kind);
    const lost = job(kind);
    await loseWorker(queue, lost);
    await database.pool.query(
      `update pgboss.job set data = data - 'leaseSeconds', heartbeat_seconds = 1 where name = $1`,
      [kind],
    );
    const attempts: number[] = [];
    await work(async ({ attempt }) => {
      attempts.push(attempt);
      return { done: true };
    });
    await eventually(() => expect(attempts).toEqual([2]));
  });

  test('costs its job none of its attempts, and the handler is told how often it has happened', async () => {
    const kind = newKind();
    const once = { kinds: [{ kind, policy: { ...policy, maximumAttempts: 1 } }], exclusive: true };
    const first = await openQueue(kind, once);
    const lost = job(kind);
    await loseWorker(first.queue, lost, { leaseSeconds: 600 });
    const second = await openQueue(kind, once);
    const seen: unknown[] = [];
    const hang = new Promise<never>(() => {});
    const remember: JobHandler = async ({ attempt, maximumAttempts, loss }) => {
      seen.push([attempt, maximumAttempts, loss?.alone]);
      return hang;
    };
    await second.work(remember);
    await eventually(() => expect(seen).toEqual([[2, 2, 1]]));
    // Who starts as the only process takes the job from the one before.
    const third = await openQueue(kind, once);
    await third.work(remember);
    await eventually(() =>
      expect(seen).toEqual([
        [2, 2, 1],
        [3, 3, 2],
      ]),
    );
  });

  test('and whose job fails later by itself is not told again', async () => {
    const kind = newKind();
    const { queue, work } = await openQueue(kind);
    const lost = job(kind);
    await loseWorker(queue, lost);
    const seen: unknown[] = [];
    await work(async ({ attempt, loss }) => {
      seen.push([attempt, loss?.alone]);
      return attempt === 2 ? { retryInSeconds: 0.01, error: 'no' } : { done: true };
    });
    await eventually(() =>
      expect(seen).toEqual([
        [2, 1],
        [3, undefined],
      ]),
    );
  });

  test('is not waited for by the only process there is', async () => {
    const kind = newKind();
    const kinds = [{ kind, policy: { ...policy, leaseSeconds: 600 } }];
    const { queue } = await openQueue(kind, { kinds });
    const lost = job(kind);
    await loseWorker(queue, lost, { leaseSeconds: 600 });
    await queue.stop({ graceSeconds: 0 });

    const { work } = await openQueue(kind, { kinds, exclusive: true });
    const runs: RunningJob[] = [];
    await work(async (running) => {
      runs.push(running);
      return { done: true };
    });
    await eventually(() => expect(runs).toMatchObject([{ id: lost.id, attempt: 2 }]));
  });
});

describe('the loss of a worker', () => {
  test('that could not be told is told to the next attempt again', async () => {
    const kind = newKind();
    const { queue, work } = await openQueue(kind);
    const lost = job(kind);
    await loseWorker(queue, lost);
    const seen: unknown[] = [];
    await work(async ({ attempt, loss }) => {
      seen.push([attempt, loss?.attempt, loss?.alone]);
      if (attempt === 4) return { done: true };
      return { setAsideSeconds: 0.01, error: 'the worker was lost', keepsLoss: attempt === 2 };
    });
    await eventually(() =>
      expect(seen).toEqual([
        [2, 1, 1],
        [3, 1, 1],
        [4, undefined, undefined],
      ]),
    );
  });

  test('is told again when the server stopped before anybody could tell it', async () => {
    const kind = newKind();
    const first = await openQueue(kind);
    await loseWorker(first.queue, job(kind));
    const started = Promise.withResolvers<void>();
    await first.work(async (_, { signal }) => {
      started.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw signal.reason;
    });
    await started.promise;
    await first.queue.stop({ graceSeconds: 0 });
    const { work } = await openQueue(kind);
    const seen: unknown[] = [];
    await work(async ({ attempt, loss }) => {
      seen.push([attempt, loss?.attempt, loss?.alone]);
      return { done: true };
    });
    await eventually(() => expect(seen).toEqual([[3, 1, 1]]));
  });

  test.each([
    [0, { alone: 0, withMachine: 1, isWithMachine: true }],
    [3600, { alone: 1, withMachine: 0, isWithMachine: false }],
  ])('is told from that of all of its machine, which was started %d s ago', async (uptime, expected) => {
    const kind = newKind();
    const { queue } = await openQueue(kind);
    await loseWorker(queue, job(kind), { leaseSeconds: 600 });
    await queue.stop({ graceSeconds: 0 });
    const { work } = await openQueue(kind, { exclusive: true, machineUptimeSeconds: () => uptime });
    const seen: unknown[] = [];
    await work(async ({ loss, maximumAttempts }) => {
      seen.push(loss, maximumAttempts);
      return { done: true };
    });
    await eventually(() => expect(seen).toEqual([{ attempt: 1, ...expected }, 4]));
  });
});

describe('a worker that was taken for lost and lives', () => {
  /** A worker that was cut off for longer than its lease; nobody has taken its job since. */
  async function openCutOff(outcome: JobOutcome) {
    const kind = newKind();
    const proxy = await createCuttableProxy(database.url);
    cleanUp(() => proxy.close());
    // It renews every 3 s: what it tells comes before that.
    const kinds = [{ kind, policy: { ...policy, leaseSeconds: 10 } }];
    const cutOff = await openQueue(kind, { kinds, connectionString: proxy.url });
    const finish = Promise.withResolvers<void>();
    const seen: unknown[] = [];
    const handler: JobHandler = async ({ attempt, maximumAttempts, loss }) => {
      seen.push([attempt, maximumAttempts, loss?.alone]);
      if (attempt > 1) return { done: true };
      await finish.promise;
      return outcome;
    };
    // With a second slot it would take its own job from itself.
    await cutOff.queue.work(kind, { concurrency: 1, policy }, handler);
    await cutOff.queue.enqueue([job(kind)]);
    await eventually(() => expect(seen).toHaveLength(1));
    proxy.cut();
    await createTakeBack(execute, 'pgboss.job').takeBackAll([kind], { machineUptimeSeconds: Infinity });
    proxy.mend();
    return { kind, ...cutOff, seen, finish: finish.resolve };
  }
  const execute = async <Row>(text: string, values?: readonly unknown[]) =>
    (await database.pool.query(text, values && [...values])).rows as Row[];

  test.each<[string, JobOutcome, number]>([
    ['a failure', { retryInSeconds: 0.01, error: 'no' }, 3],
    ['that it is to be set aside', { setAsideSeconds: 0.01, error: 'no' }, 4],
  ])('and tells %s late has cost its job no loss and won it no attempt', async (_, outcome, allowed) => {
    const { queue, seen, finish, kind } = await openCutOff(outcome);
    finish();
    await eventually(() =>
      expect(seen).toEqual([
        [1, 3, undefined],
        [2, allowed, undefined],
      ]),
    );
    await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
    const { rows } = await database.pool.query(`select data from pgboss.job where name = $1`, [kind]);
    expect(rows[0].data.losses ?? 0).toBe(0);
  });

  test('and is stopped late has cost its job no loss and won it no attempt', async () => {
    const { queue, kind } = await openCutOff({ done: true });
    await queue.stop({ graceSeconds: 0 });
    const { rows } = await database.pool.query(`select data from pgboss.job where name = $1`, [kind]);
    expect([rows[0].data.losses ?? 0, rows[0].data.maximumAttempts]).toEqual([0, 4]);
  });
});

test('jobs that were set aside come back in their time, at no cost, one at a time, whatever their kinds; others run beside them', async () => {
  const [one, two] = [newKind(), newKind()];
  const { queue } = await openQueue(one, { kinds: [one, two].map((kind) => ({ kind, policy })) });
  const suspects = [job(one, { long: true }), job(one), job(two)];
  const running = new Set<string>();
  const ran: unknown[] = [];
  let most = 0;
  let besides = 0;
  const setAsideAt = performance.now();
  const handler: JobHandler = async ({ id, attempt, maximumAttempts, long }) => {
    const isSuspect = suspects.some((suspect) => suspect.id === id);
    if (isSuspect && attempt === 1) return { setAsideSeconds: 0.3, error: 'the worker was lost' };
    expect(performance.now() - setAsideAt).toBeGreaterThan(295);
    running.add(id);
    most = Math.max(most, suspects.filter((suspect) => running.has(suspect.id)).length);
    if (running.size > 1) besides++;
    await new Promise((resolve) => setTimeout(resolve, 100));
    running.delete(id);
    if (isSuspect) ran.push([id, attempt, maximumAttempts, long]);
    return { done: true };
  };
  for (const kind of [one, two]) await queue.work(kind, { concurrency: 4, policy }, handler);
  await queue.enqueue(suspects);
  await eventually(async () => expect((await queue.depth()).map(({ waiting }) => waiting)).toEqual([2, 1]));
  const timer = setInterval(() => {
    if (performance.now() - setAsideAt > 300) void queue.enqueue([job(one)]);
  }, 50);
  cleanUp(() => clearInterval(timer));
  await eventually(() => expect(ran).toHaveLength(3));
  clearInterval(timer);
  expect(ran.map(String).toSorted()).toEqual(
    suspects.map(({ id, long }) => String([id, 2, 4, long])).toSorted(),
  );
  expect(most).toBe(1);
  expect(besides).toBeGreaterThan(0);
});
