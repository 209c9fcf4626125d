import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { abortCodeOf } from '../../src/core/job-abort.js';
import type { JobHandler } from '../../src/core/running-job.js';
import type { JobQueueBench } from './job-queue-bench.js';

export function cancellingBehaviour({ newKind, openQueue, job, eventually }: JobQueueBench): void {
  describe('cancelling', () => {
    describe('a cancellation', () => {
      const cancellation = (kind: string, key: string) => ({ id: randomUUID(), kinds: [kind], key });
      const idle = (kind: string) => [{ kind, waiting: 0, active: 0 }];

      test.each(['the same', 'another'] as const)(
        'from %s process ends the job that runs, drops those that wait behind it, and leaves all others',
        async (from) => {
          const kind = newKind();
          const worker = await openQueue(kind);
          const { queue } = from === 'another' ? await openQueue(kind) : worker;
          const ran: unknown[] = [];
          const aborted: unknown[] = [];
          await worker.work(async ({ payload }, { signal }) => {
            ran.push(payload.name);
            if (payload.name === 'next') return { done: true };
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            aborted.push(abortCodeOf(signal));
            throw new Error('child process was killed');
          }, 1);
          const named = (name: string, key = 'unwanted') => job(kind, { key, payload: { name } });
          const [running, waiting] = [named('running'), named('waiting')];
          await queue.enqueue([running, waiting, named('next', 'wanted')]);
          await eventually(() => expect(ran).toEqual(['running']));
          const cancelledAt = performance.now();
          await queue.cancel(cancellation(kind, 'unwanted'));
          await eventually(() => expect(aborted).toEqual(['cancelled']));
          expect(performance.now() - cancelledAt).toBeLessThan(500);
          await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
          expect(ran).toEqual(['running', 'next']);
          await queue.enqueue([running, waiting]);
          expect(await queue.depth()).toEqual(idle(kind));
          expect(await queue.deadLetters({ limit: 10, kind })).toEqual([]);
        },
      );

      test('drops a job that waits to be tried again', async () => {
        const kind = newKind();
        const { queue, work } = await openQueue(kind);
        const handler = vi.fn<JobHandler>(async () => ({ retryInSeconds: 600, error: 'not yet' }));
        await work(handler);
        await queue.enqueue([job(kind, { key: 'unwanted' })]);
        await eventually(() => expect(handler).toHaveBeenCalledOnce());
        await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 1, active: 0 }]));
        await queue.cancel(cancellation(kind, 'unwanted'));
        expect(await queue.depth()).toEqual(idle(kind));
        expect(handler).toHaveBeenCalledOnce();
      });

      test('that is repeated late does not end what was put in after the first', async () => {
        const kind = newKind();
        const { queue } = await openQueue(kind);
        const other = await openQueue(kind);
        const once = cancellation(kind, 'again wanted');
        await queue.cancel(once);
        await queue.enqueue([job(kind, { key: 'again wanted' })]);
        await Promise.all([queue.cancel(once), other.queue.cancel(once)]);
        expect(await queue.depth()).toEqual([{ kind, waiting: 1, active: 0 }]);
      });

      test('is heard of at the next heartbeat when its hint was lost', async () => {
        const kind = newKind();
        const deaf = await openQueue(kind, {}, { hints: false });
        const { queue, work } = await openQueue(kind);
        const code = Promise.withResolvers<unknown>();
        await work(async (_, { signal }) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          code.resolve(abortCodeOf(signal));
          return { done: true };
        });
        await queue.enqueue([job(kind, { key: 'unwanted' })]);
        await eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 1 }]));
        await deaf.queue.cancel(cancellation(kind, 'unwanted'));
        expect(await code.promise).toBe('cancelled');
      });
    });
  });
}
