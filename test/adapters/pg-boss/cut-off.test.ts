import { describe, expect, test, vi } from 'vitest';
import { abortCodeOf } from '../../../src/core/job-abort.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { JobHandler, RunningJob } from '../../../src/core/running-job.js';
import { createCuttableProxy } from './cuttable-proxy.js';
import { createQueues, eventually, idle, job, newKind, policy } from './queues.js';

const { database, openQueue, cleanUp } = await createQueues();

describe('a worker cut off from the database', () => {
  test('loses its lease: its signal fires, and what it still brings is refused', async () => {
    const kind = newKind();
    const proxy = await createCuttableProxy(database.url);
    cleanUp(() => proxy.close());
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
    cleanUp(() => proxy.close());
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
    cleanUp(() => proxy.close());
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
    cleanUp(() => proxy.close());
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
