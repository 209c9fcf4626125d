import { expect, test } from 'vitest';
import { abortCodeOf } from '../../../src/core/job-abort.js';
import { createQueues, eventually, idle, job, newKind } from './queues.js';

const { database, openQueue, loseWorker } = await createQueues();

/** As the queue sees it when the database's clock leaps forwards by so much, or back. */
const leap = (kind: string, hours: number) =>
  database.pool.query(
    `update pgboss.job set heartbeat_on = heartbeat_on - $2 * interval '1 hour',
       created_on = created_on - $2 * interval '1 hour', start_after = start_after - $2 * interval '1 hour'
     where name = $1`,
    [kind, hours],
  );

test("when the database's clock leaps forwards, no living worker loses its job", async () => {
  const kind = newKind();
  const [one, other] = [await openQueue(kind), await openQueue(kind)];
  const gate = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  await one.work(async ({ attempt }, { signal }) => {
    seen.push(attempt);
    signal.addEventListener('abort', () => seen.push(abortCodeOf(signal)));
    await gate.promise;
    return { done: true };
  });
  await one.queue.enqueue([job(kind)]);
  await eventually(() => expect(seen).toEqual([1]));
  // Another process looks after leases, too.
  await other.work(async () => expect.unreachable());
  for (let round = 0; round < 8; round++) {
    await leap(kind, 1);
    await eventually(async () => {
      const { rows } = await database.pool.query(
        `select from pgboss.job where name = $1 and heartbeat_on > now() - interval '5 minutes'`,
        [kind],
      );
      expect(rows).toHaveLength(1);
    });
  }
  gate.resolve();
  await eventually(async () => expect(await one.queue.depth()).toEqual(idle(kind)));
  expect(seen).toEqual([1]);
});

test("when the database's clock leaps back, a lost worker is noticed all the same, and no job waits for the hour to come again", async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind);
  const lost = job(kind);
  await loseWorker(queue, lost);
  const waiting = job(kind);
  await queue.enqueue([waiting]);
  await leap(kind, -3);
  const runs: string[] = [];
  await work(async ({ id, attempt }) => {
    runs.push(`${id}:${attempt}`);
    return { done: true };
  });
  await eventually(() => expect(runs.toSorted()).toEqual([`${lost.id}:2`, `${waiting.id}:1`].toSorted()));
});
