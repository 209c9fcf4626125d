import { describe, expect, test } from 'vitest';
import type { JobHandler } from '../../src/core/running-job.js';
import type { JobQueueBench } from './job-queue-bench.js';

export function orderBehaviour({ newKind, openQueue, job, eventually }: JobQueueBench): void {
  describe('order', () => {
    test('jobs of one key run one after another in order, also across retries and batches', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const key = 'one-medium';
      const jobs = Array.from({ length: 6 }, (_, n) => job(kind, { key, payload: { n } }));
      await queue.enqueue(jobs.slice(0, 4));
      await queue.enqueue(jobs.slice(4));
      const log: string[] = [];
      let running = 0;
      let most = 0;
      await work(async ({ payload, attempt }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        log.push(`${payload.n}.${attempt}`);
        return payload.n === 1 && attempt < 3 ? { retryInSeconds: 0.05, error: 'not yet' } : { done: true };
      });
      await eventually(() => expect(log).toHaveLength(8));
      expect(log).toEqual(['0.1', '1.1', '1.2', '1.3', '2.1', '3.1', '4.1', '5.1']);
      expect(most).toBe(1);
    });

    test('many keys under two workers keep their order through retries, throws and dead letters', async () => {
      const kind = newKind();
      const [one, two] = [await openQueue(kind), await openQueue(kind)];
      const keys = Array.from({ length: 12 }, (_, n) => `key-${n}`);
      const jobs = Array.from({ length: 5 }, (_, n) => n).flatMap((n) =>
        keys.map((key) => job(kind, { key, payload: { n } })),
      );
      const log = new Map<string, string[]>(keys.map((key) => [key, []]));
      const busy = new Set<string>();
      const handler: JobHandler = async ({ id, key, payload, attempt }) => {
        expect(busy).not.toContain(key);
        busy.add(key);
        await new Promise((resolve) => setTimeout(resolve, 2));
        busy.delete(key);
        log.get(key)?.push(`${payload.n}.${attempt}`);
        // What an id meets is its own chance, the same in every run of it.
        const chance = Number.parseInt(id.slice(0, 2), 16) % 4;
        if (attempt > 1 || chance === 0) return { done: true };
        if (chance === 1) return { retryInSeconds: 0.02, error: 'busy' };
        if (chance === 2) throw new Error('crash');
        return { deadLetter: { code: 'job_failed', message: 'Broken' } };
      };
      await Promise.all([one.work(handler), two.work(handler)]);
      await one.queue.enqueue(jobs);
      await eventually(async () =>
        expect(await one.queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]),
      );
      for (const key of keys) {
        const expected = jobs
          .filter((sent) => sent.key === key)
          .flatMap(({ id, payload }) => {
            const triedTwice = [1, 2].includes(Number.parseInt(id.slice(0, 2), 16) % 4);
            return triedTwice ? [`${payload.n}.1`, `${payload.n}.2`] : [`${payload.n}.1`];
          });
        expect(log.get(key)).toEqual(expected);
      }
    });

    test('a dead letter lets the later jobs of its key run', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      const jobs = [0, 1].map((n) => job(kind, { key: 'same', payload: { n } }));
      await queue.enqueue(jobs);
      const done: unknown[] = [];
      await work(async ({ payload }) => {
        if (payload.n === 0) return { deadLetter: { code: 'job_failed', message: 'Broken' } };
        done.push(payload.n);
        return { done: true };
      });
      await eventually(() => expect(done).toEqual([1]));
    });

    test('how long the first that is due has waited grows until it is taken', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      expect(await queue.waits()).toEqual([{ kind, seconds: 0 }]);
      const waitSeconds = async () => (await queue.waits())[0]?.seconds ?? Number.NaN;
      await queue.enqueue([job(kind)]);
      await eventually(async () => expect(await waitSeconds()).toBeGreaterThan(0.1));
      const before = await waitSeconds();
      await queue.enqueue([job(kind)]);
      expect(await waitSeconds()).toBeGreaterThanOrEqual(before);
      await work(async () => ({ retryInSeconds: 60, error: 'not yet' }));
      await eventually(async () => expect(await queue.waits()).toEqual([{ kind, seconds: 0 }]));
    });

    test('different keys run in parallel, never more than the concurrency', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind);
      await queue.enqueue(Array.from({ length: 7 }, () => job(kind)));
      const gates: (() => void)[] = [];
      await work(async () => {
        await new Promise<void>((resolve) => gates.push(resolve));
        return { done: true };
      }, 3);
      await eventually(async () => {
        expect(gates).toHaveLength(3);
        expect(await queue.depth()).toEqual([{ kind, waiting: 4, active: 3 }]);
        expect(queue.running()).toEqual([kind, kind, kind]);
      });
      gates.splice(0, 2).forEach((open) => {
        open();
      });
      await eventually(() => expect(gates).toHaveLength(3));
      const opening = setInterval(() => gates.shift()?.(), 5);
      await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]));
      clearInterval(opening);
    });
  });
}
