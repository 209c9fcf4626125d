import { describe, expect, test, vi } from 'vitest';
import { createQueues, eventually, job, newKind, policy } from './queues.js';

const { openQueue } = await createQueues();

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

test('a kind has one handler in a process, and must be declared', async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind);
  await work(async () => ({ done: true }));
  await expect(work(async () => ({ done: true }))).rejects.toMatchObject({ code: 'job_kind_taken' });
  await expect(queue.work('unknown', { concurrency: 1, policy }, vi.fn())).rejects.toMatchObject({
    code: 'unknown_job_kind',
  });
});
