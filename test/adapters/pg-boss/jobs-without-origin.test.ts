import { expect, test } from 'vitest';
import { NO_REQUEST, originOf } from '../../../src/core/request-origin.js';
import { createQueues, eventually, job, newKind } from './queues.js';

const { database, openQueue } = await createQueues();

test('a job that an earlier release put in without a tenant, and its dead letter, are of the only one there was', async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind);
  const sent = job(kind, { tenantId: 'acme', traceparent: '00-trace' });
  await queue.enqueue([sent]);
  await database.pool.query(
    `update pgboss.job set data = data - 'tenantId' - 'traceparent' where name = $1`,
    [kind],
  );
  const origins: unknown[] = [];
  await work(async (running) => {
    origins.push(originOf(running));
    return origins.length === 1 ? { deadLetter: { code: 'job_failed', message: 'Broken' } } : { done: true };
  });
  await eventually(async () => expect(await queue.deadLetter(sent.id)).toBeDefined());
  await queue.replay(sent.id);
  await eventually(() => expect(origins).toEqual([NO_REQUEST, NO_REQUEST]));
});
