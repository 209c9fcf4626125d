import { PgBoss } from 'pg-boss';
import { expect, test } from 'vitest';
import { abortCodeOf } from '../../../src/core/job-abort.js';
import { createQueues, eventually, idle, job, newKind, policy } from './queues.js';

const { database, openQueue } = await createQueues();

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
    if (id === bad.id) return { deadLetter: { code: 'job_failed', message: 'Broken' } };
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
