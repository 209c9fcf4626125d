import { describe, expect, test } from 'vitest';
import type { DeliveryPromise } from '../../src/core/job-consumer.js';
import type { JobHandler, RunningJob } from '../../src/core/running-job.js';
import type { JobQueueBench } from './job-queue-bench.js';

export function deliveryBehaviour(
  delivers: DeliveryPromise,
  { newKind, openQueue, job, eventually, loseWorker, untilQueueTimePassed }: JobQueueBench,
): void {
  const idle = (kind: string) => [{ kind, waiting: 0, active: 0 }];

  describe('delivery', () => {
    test('is as often as the queue says', async () => {
      const { queue } = await openQueue(newKind());
      expect(queue.delivers).toBe(delivers);
    });

    test('has two workers on one queue never work on the same attempt', async () => {
      const kind = newKind();
      const [one, two] = [await openQueue(kind), await openQueue(kind)];
      const runs: string[] = [];
      const handler: JobHandler = async ({ id, attempt }) => {
        runs.push(`${id}:${attempt}`);
        return { done: true };
      };
      const jobs = Array.from({ length: 100 }, (_, n) => job(kind, { key: `key-${n % 20}` }));
      await Promise.all([one.work(handler), two.work(handler)]);
      await Promise.all([one.queue.enqueue(jobs.slice(0, 50)), two.queue.enqueue(jobs.slice(50))]);
      await eventually(async () => expect(await one.queue.depth()).toEqual(idle(kind)));
      expect(runs.toSorted()).toEqual(jobs.map(({ id }) => `${id}:1`).toSorted());
    });

    if (delivers === 'at-least-once') {
      test('of an attempt that another has claimed leaves it to that one, and its job unended', async () => {
        const kind = newKind();
        const [one, two] = [await openQueue(kind), await openQueue(kind)];
        const finish = Promise.withResolvers<void>();
        const deliveries: string[] = [];
        const unclaimed = Promise.withResolvers<void>();
        const handler: JobHandler = async ({ attempt }) => {
          deliveries.push(`attempt ${attempt}`);
          if (deliveries.length > 1) {
            unclaimed.resolve();
            return { unclaimed: true };
          }
          await finish.promise;
          return { done: true };
        };
        await Promise.all([one.workUnclaimed(handler), two.workUnclaimed(handler)]);
        await one.queue.enqueue([job(kind)]);
        await unclaimed.promise;
        await eventually(() => expect([...one.queue.running(), ...two.queue.running()]).toEqual([kind]));
        expect(await one.queue.depth()).toEqual([{ kind, waiting: 0, active: 1 }]);
        finish.resolve();
        await eventually(async () => expect(await one.queue.depth()).toEqual(idle(kind)));
        expect(deliveries).toEqual(['attempt 1', 'attempt 1']);
      });
    }

    test('goes on with the next attempt a lease after nobody could claim the last', async () => {
      const kind = newKind();
      const { queue, workUnclaimed } = await openQueue(kind, { leaseSeconds: 1 });
      const attempts = new Set<number>();
      await workUnclaimed(async ({ attempt }) => {
        attempts.add(attempt);
        return attempt === 1 ? { unclaimed: true } : { done: true };
      });
      await queue.enqueue([job(kind)]);
      await eventually(async () => {
        expect([...attempts]).toEqual([1, 2]);
        expect(await queue.depth()).toEqual(idle(kind));
      });
    });

    test('after the death of a worker is the next attempt, which is told of it and allowed one more', async () => {
      const kind = newKind();
      const { queue, work } = await openQueue(kind, { leaseSeconds: 1 });
      const lost = job(kind, { key: 'same' });
      const later = job(kind, { key: 'same' });
      await loseWorker(lost, { leaseSeconds: 1 });
      await queue.enqueue([later]);
      const received: RunningJob[] = [];
      await work(async (running) => {
        received.push(running);
        return { done: true };
      });
      await eventually(() => expect(received).toHaveLength(2));
      expect(received).toMatchObject([
        { id: lost.id, attempt: 2, maximumAttempts: 4, loss: { attempt: 1, alone: 1, withMachine: 0 } },
        { id: later.id, attempt: 1, maximumAttempts: 3 },
      ]);
    });

    test('is not repeated while a worker is at work for longer than its lease', async () => {
      const kind = newKind();
      const [one, two] = [
        await openQueue(kind, { leaseSeconds: 1 }),
        await openQueue(kind, { leaseSeconds: 1 }),
      ];
      const finish = Promise.withResolvers<void>();
      const attempts: number[] = [];
      const handler: JobHandler = async ({ attempt }) => {
        attempts.push(attempt);
        await finish.promise;
        return { done: true };
      };
      await Promise.all([one.work(handler), two.work(handler)]);
      await one.queue.enqueue([job(kind)]);
      await untilQueueTimePassed(2.5);
      finish.resolve();
      await eventually(async () => expect(await one.queue.depth()).toEqual(idle(kind)));
      expect(attempts).toEqual([1]);
    });
  });
}
