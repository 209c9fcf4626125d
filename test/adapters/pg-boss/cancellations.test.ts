import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { abortCodeOf } from '../../../src/core/job-abort.js';
import { createQueues, eventually, idle, job, newKind } from './queues.js';

const { database, openQueue, cleanUp } = await createQueues();

test('a cancellation tells other processes of the job in hand, and not of each that waited behind it', async () => {
  const kind = newKind();
  const [worker, other] = [await openQueue(kind), await openQueue(kind)];
  const listener = await database.pool.connect();
  cleanUp(() => listener.release(true));
  const told: (string | undefined)[] = [];
  listener.on('notification', ({ payload }) => told.push(payload));
  await listener.query('listen pgboss_jobs');
  const ended = Promise.withResolvers<string | undefined>();
  const runs: string[] = [];
  await worker.work(async ({ id }, { signal }) => {
    runs.push(id);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    ended.resolve(abortCodeOf(signal));
    return { done: true };
  });
  const jobs = Array.from({ length: 1000 }, () => job(kind, { key: 'unwanted' }));
  await other.queue.enqueue(jobs);
  await eventually(() => expect(runs).toEqual([jobs[0]?.id]));

  await other.queue.cancel({ id: randomUUID(), kinds: [kind], key: 'unwanted' });
  expect(await ended.promise).toBe('cancelled');
  await other.queue.enqueue([job(kind, { key: 'later' })]);
  await eventually(() => expect(told.filter((payload) => payload === kind)).toHaveLength(2));
  expect(told).toEqual([kind, `cancelled ${jobs[0]?.id}`, kind]);
  await worker.queue.cancel({ id: randomUUID(), kinds: [kind], key: 'later' });
  await eventually(async () => expect(await worker.queue.depth()).toEqual(idle(kind)));
});
