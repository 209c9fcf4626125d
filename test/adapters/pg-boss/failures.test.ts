import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { createPgBossJobQueue, type PgBossJobQueueOptions } from '../../../src/adapters/pg-boss/job-queue.js';
import type { JobHandler, JobPolicy, JobQueue, JobToEnqueue, RunningJob } from '../../../src/core/job.js';
import { abortCodeOf } from '../../../src/core/job-abort.js';
import { silentLogger } from '../../../src/core/logger.js';
import { createTestDatabase } from '../../support/database.js';
import { runTypeScript } from '../../support/typescript-process.js';
import { createCuttableProxy } from './cuttable-proxy.js';

const policy: JobPolicy = {
  maximumAttempts: 3,
  leaseSeconds: 1,
  timeLimitSeconds: 60,
  backoff: { firstSeconds: 0.01, maximumSeconds: 0.05 },
};

const database = await createTestDatabase();
const opened: JobQueue[] = [];
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.stop({ graceSeconds: 0 })));
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(() => database.drop());

const newKind = () => `kind-${randomUUID()}`;
async function openQueue(kind: string, options: Partial<PgBossJobQueueOptions> = {}) {
  const queue = await createPgBossJobQueue({
    connectionString: database.url,
    kinds: [{ kind, policy }],
    logger: silentLogger,
    pollIntervalSeconds: 0.1,
    abandonAfterSeconds: 0.3,
    ...options,
  });
  opened.push(queue);
  return {
    queue,
    work: (handler: JobHandler) => queue.work(kind, { concurrency: 4, policy }, handler),
  };
}
const job = (kind: string, fields: Partial<JobToEnqueue> = {}): JobToEnqueue => ({
  ...{ id: randomUUID(), kind, key: randomUUID(), payload: {} },
  ...{ correlationId: 'correlation', causationId: 'cause' },
  ...fields,
});
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
const idle = (kind: string) => [{ kind, waiting: 0, active: 0 }];

/** A worker process with a job in its hands, killed the hard way. */
async function loseWorker(queue: JobQueue, lost: JobToEnqueue, lease: Partial<JobPolicy> = {}) {
  const worker = runTypeScript(new URL('./worker-process.ts', import.meta.url), [
    database.url,
    lost.kind,
    JSON.stringify({ ...policy, ...lease }),
  ]);
  cleanUps.push(() => worker.child.kill('SIGKILL'));
  await queue.enqueue([lost]);
  const started = await worker.readJsonLine<{ id: string; attempt: number }>();
  worker.child.kill('SIGKILL');
  await worker.ended;
  return started;
}

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
      seen.push([attempt, maximumAttempts, loss?.count]);
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
      seen.push([attempt, loss?.count]);
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

describe('a worker cut off from the database', () => {
  test('loses its lease: its signal fires, and what it still brings is refused', async () => {
    const kind = newKind();
    const proxy = await createCuttableProxy(database.url);
    cleanUps.push(() => proxy.close());
    const warn = vi.fn();
    const cutOff = await openQueue(kind, {
      connectionString: proxy.url,
      logger: { ...silentLogger, warn },
    });
    const [heeding, finishing] = [job(kind), job(kind)];
    const finish = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<string | undefined>();
    let started = 0;
    await cutOff.work(async ({ id }, { signal }) => {
      started++;
      if (id === finishing.id) await finish.promise;
      else await new Promise((resolve) => signal.addEventListener('abort', resolve));
      if (signal.aborted) aborted.resolve(abortCodeOf(signal));
      return { done: true };
    });
    await cutOff.queue.enqueue([heeding, finishing]);
    await eventually(() => expect(started).toBe(2));
    proxy.cut();

    const other = await openQueue(kind);
    const hold = Promise.withResolvers<void>();
    const taken: RunningJob[] = [];
    await other.work(async (running) => {
      taken.push(running);
      await hold.promise;
      return { done: true };
    });
    await eventually(() => expect(taken.map(({ attempt }) => attempt)).toEqual([2, 2]));
    finish.resolve();
    proxy.mend();
    expect(await aborted.promise).toBe('lease_lost');
    const refused = 'job queue: result refused, the lease was lost';
    await eventually(() =>
      expect(warn.mock.calls.filter(([, message]) => message === refused)).toHaveLength(2),
    );
    expect(await other.queue.depth()).toEqual([{ kind, waiting: 0, active: 2 }]);
    hold.resolve();
    await eventually(async () => expect(await other.queue.depth()).toEqual(idle(kind)));
  });

  test('longer than its lease keeps a job that nobody has taken in the meantime', async () => {
    const kind = newKind();
    const proxy = await createCuttableProxy(database.url);
    cleanUps.push(() => proxy.close());
    const cutOff = await openQueue(kind, { connectionString: proxy.url });
    const finish = Promise.withResolvers<void>();
    const attempts: unknown[] = [];
    await cutOff.work(async ({ attempt }, { signal }) => {
      attempts.push(attempt);
      await finish.promise;
      attempts.push(abortCodeOf(signal));
      return { done: true };
    });
    await cutOff.queue.enqueue([job(kind)]);
    await eventually(() => expect(attempts).toEqual([1]));
    proxy.cut();
    // Another process notices that the lease ran out, but has its hands full.
    const other = await openQueue(kind);
    const hold = Promise.withResolvers<void>();
    const busy = vi.fn<JobHandler>(async () => {
      await hold.promise;
      return { done: true };
    });
    await other.queue.work(kind, { concurrency: 1, policy }, busy);
    await other.queue.enqueue([job(kind, { patienceSeconds: -3600 })]);
    await eventually(() => expect(busy).toHaveBeenCalledOnce());
    await eventually(async () =>
      expect(await other.queue.depth()).toEqual([{ kind, waiting: 1, active: 1 }]),
    );
    proxy.mend();
    await eventually(async () =>
      expect(await other.queue.depth()).toEqual([{ kind, waiting: 0, active: 2 }]),
    );
    finish.resolve();
    await eventually(async () =>
      expect(await other.queue.depth()).toEqual([{ kind, waiting: 0, active: 1 }]),
    );
    expect(attempts).toEqual([1, undefined]);
    hold.resolve();
    await eventually(async () => expect(await other.queue.depth()).toEqual(idle(kind)));
    expect(attempts).toEqual([1, undefined]);
  });

  test('shorter than its lease keeps its job, finishes it, and says once that the database was away', async () => {
    const kind = newKind();
    const kinds = [{ kind, policy: { ...policy, leaseSeconds: 30 } }];
    const proxy = await createCuttableProxy(database.url);
    cleanUps.push(() => proxy.close());
    const [warn, info, error] = [vi.fn(), vi.fn(), vi.fn()];
    const { queue, work } = await openQueue(kind, {
      ...{ kinds, connectionString: proxy.url, logger: { ...silentLogger, warn, info, error } },
    });
    const gate = Promise.withResolvers<void>();
    const attempts: number[] = [];
    await work(async ({ attempt }, { signal }) => {
      attempts.push(attempt);
      await gate.promise;
      expect(signal.aborted).toBe(false);
      return { done: true };
    });
    await queue.enqueue([job(kind)]);
    await eventually(() => expect(attempts).toEqual([1]));

    proxy.cut();
    await expect(queue.enqueue([job(kind)])).rejects.toMatchObject({
      ...{ kind: 'unavailable', code: 'job_queue_unavailable' },
    });
    gate.resolve();
    await eventually(() => expect(warn).toHaveBeenCalled());
    await expect(queue.depth()).rejects.toThrow();
    proxy.mend();
    await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
    await queue.enqueue([job(kind)]);
    await eventually(() => expect(attempts).toEqual([1, 1]));
    expect(warn.mock.calls.map(([, message]) => message)).toEqual([
      'job queue: database unavailable, trying on',
    ]);
    expect(info.mock.calls.map(([, message]) => message)).toEqual(['job queue: database available again']);
    expect(error).not.toHaveBeenCalled();
  });

  test('can still be stopped', async () => {
    const kind = newKind();
    const proxy = await createCuttableProxy(database.url);
    cleanUps.push(() => proxy.close());
    const { queue, work } = await openQueue(kind, { connectionString: proxy.url });
    const handler = vi.fn<JobHandler>(() => new Promise(() => {}));
    await work(handler);
    await queue.enqueue([job(kind)]);
    await eventually(() => expect(handler).toHaveBeenCalled());
    proxy.cut();
    await queue.stop({ graceSeconds: 0 });
    proxy.mend();
    const { work: takeOver } = await openQueue(kind);
    const attempts: number[] = [];
    await takeOver(async ({ attempt }) => {
      attempts.push(attempt);
      return { done: true };
    });
    await eventually(() => expect(attempts).toEqual([2]));
  });

  test('by an administrator who ends every session goes on as if nothing had been', async () => {
    const kind = newKind();
    const { queue, work } = await openQueue(kind);
    const handler = vi.fn<JobHandler>(async () => ({ done: true }));
    await work(handler);
    for (let round = 1; round <= 3; round++) {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'mediaflow-jobs'`,
      );
      await eventually(() => queue.enqueue([job(kind)]));
      await eventually(() => expect(handler).toHaveBeenCalledTimes(round));
    }
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
  cleanUps.push(() => clearInterval(timer));
  await eventually(() => expect(ran).toHaveLength(3));
  clearInterval(timer);
  expect(ran.map(String).toSorted()).toEqual(
    suspects.map(({ id, long }) => String([id, 2, 4, long])).toSorted(),
  );
  expect(most).toBe(1);
  expect(besides).toBeGreaterThan(0);
});

describe('waking up', () => {
  test.each(['same', 'another'] as const)(
    'a job from %s process does not wait for the poll',
    async (from) => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind, {
        pollIntervalSeconds: 3600,
        exclusive: from === 'same',
      });
      const sender = from === 'same' ? queue : (await openQueue(kind)).queue;
      const arrived: string[] = [];
      await work(async ({ id }) => {
        arrived.push(id);
        return { done: true };
      });
      const milliseconds: number[] = [];
      for (let n = 0; n < 10; n++) {
        const sent = job(kind);
        const sentAt = performance.now();
        await sender.enqueue([sent]);
        await eventually(() => expect(arrived).toContain(sent.id));
        milliseconds.push(performance.now() - sentAt);
      }
      expect(milliseconds.toSorted((a, b) => a - b)[5]).toBeLessThan(100);
    },
  );
});

test("pg-boss's own maintenance leaves a long job with a living worker alone", async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind);
  const gate = Promise.withResolvers<void>();
  const attempts: number[] = [];
  await work(async ({ attempt }) => {
    attempts.push(attempt);
    await gate.promise;
    return { done: true };
  });
  await queue.enqueue([job(kind)]);
  await eventually(() => expect(attempts).toEqual([1]));
  await database.pool.query(
    `update pgboss.job set started_on = now() - interval '40 days', created_on = now() - interval '40 days'`,
  );
  const boss = new PgBoss({ connectionString: database.url, schedule: false, supervise: false, max: 1 });
  await boss.start();
  await boss.supervise(kind);
  await boss.stop({ graceful: false });
  expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 1 }]);
  gate.resolve();
  await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
  expect(attempts).toEqual([1]);
});

test("nor does pg-boss's own maintenance put back what could not tell that it lives while machine or database were away", async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind, {
    kinds: [{ kind, policy: { ...policy, leaseSeconds: 60 } }],
  });
  const gate = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  await work(async ({ attempt }, { signal }) => {
    seen.push(attempt);
    signal.addEventListener('abort', () => seen.push(abortCodeOf(signal)));
    await gate.promise;
    return { done: true };
  });
  await queue.enqueue([job(kind)]);
  await eventually(() => expect(seen).toEqual([1]));
  const boss = new PgBoss({ connectionString: database.url, schedule: false, supervise: false, max: 1 });
  await boss.start();
  await database.pool.query(
    `update pgboss.job set heartbeat_on = now() - interval '1 hour' where name = $1`,
    [kind],
  );
  await boss.supervise(kind);
  await boss.stop({ graceful: false });
  gate.resolve();
  await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
  expect(seen).toEqual([1]);
});

test('a job that has ended, well or badly, is forgotten after its retention, one that waits never', async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind, { retentionSeconds: 3600 });
  const [good, bad, waiting] = [job(kind), job(kind), job(kind, { key: 'held' })];
  await work(async ({ id }) => {
    if (id === good.id) return { done: true };
    if (id === bad.id) return { deadLetter: { code: 'broken', message: 'Broken' } };
    return { retryInSeconds: 600, error: 'not yet' };
  });
  await queue.enqueue([good, bad, waiting]);
  await eventually(async () => expect(await queue.deadLetter(bad.id)).toBeDefined());
  await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 1, active: 0 }]));
  const boss = new PgBoss({ connectionString: database.url, schedule: false, supervise: false, max: 1 });
  await boss.start();
  const left = async (hoursLater: number) => {
    await database.pool.query(
      `update pgboss.job set created_on = created_on - $1 * interval '1 hour',
         completed_on = completed_on - $1 * interval '1 hour' where name = $2`,
      [hoursLater, kind],
    );
    await database.pool.query('update pgboss.queue set maintain_on = null where name = $1', [kind]);
    await boss.supervise(kind);
    const { rows } = await database.pool.query('select id from pgboss.job where name = $1', [kind]);
    return rows.map(({ id }) => id).toSorted();
  };
  expect(await left(0.9)).toEqual([good.id, bad.id, waiting.id].toSorted());
  expect(await left(0.2)).toEqual([waiting.id]);
  await boss.stop({ graceful: false });
  expect(await queue.deadLetter(bad.id)).toBeDefined();
});

test('a kind has one handler in a process, and must be declared', async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind);
  await work(async () => ({ done: true }));
  await expect(work(async () => ({ done: true }))).rejects.toMatchObject({ code: 'job_kind_taken' });
  await expect(queue.work('unknown', { concurrency: 1, policy }, vi.fn())).rejects.toMatchObject({
    code: 'unknown_job_kind',
  });
});
