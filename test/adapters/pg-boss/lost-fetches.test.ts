import { expect, test, vi } from 'vitest';
import { createAttemptStatements } from '../../../src/adapters/pg-boss/attempt-statements.js';
import { createConnectionHealth } from '../../../src/adapters/pg-boss/connection-health.js';
import type { FetchedJob, FetchTransaction } from '../../../src/adapters/pg-boss/fetched-job.js';
import { openBoss } from '../../../src/adapters/pg-boss/open-boss.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { JobHandler } from '../../../src/core/running-job.js';
import { createCuttableProxy } from './cuttable-proxy.js';
import { createQueues, eventually, idle, job, newKind } from './queues.js';

const { database, openQueue, cleanUp } = await createQueues();

async function bossOf(kind: string) {
  const boss = await openBoss({
    ...{ connectionString: database.url, schema: 'pgboss', maximumConnections: 2, kinds: [kind] },
    ...{ health: createConnectionHealth(silentLogger), logger: silentLogger },
  });
  cleanUp(() => boss.close());
  return boss;
}

function fetchOf([job]: readonly FetchedJob[]): FetchTransaction {
  if (!job) throw new Error('Nothing was fetched');
  return job.transaction;
}

test.each([
  { lost: 'its jobs', wordsAfter: [] },
  { lost: 'whether they are taken', wordsAfter: ['COMMIT'] },
])(
  'a fetch whose answer is lost, that of $lost, costs its jobs neither an attempt nor a loss',
  async ({ wordsAfter }) => {
    const kind = newKind();
    const proxy = await createCuttableProxy(database.url);
    cleanUp(() => proxy.close());
    const { queue, work } = await openQueue(kind, { connectionString: proxy.url });
    const seen: unknown[] = [];
    await work(async ({ id, attempt, maximumAttempts, loss }) => {
      seen.push({ id, attempt, maximumAttempts, loss });
      return { done: true };
    });
    const wanted = job(kind);
    const lost = proxy.loseAnswer(wanted.id, ...wordsAfter);
    // Put in by somebody else, so that the first to answer with it is the fetch.
    const other = await openQueue(kind);
    await other.queue.enqueue([wanted]);
    await lost;
    await eventually(() =>
      expect(seen).toEqual([{ id: wanted.id, attempt: 1, maximumAttempts: 3, loss: undefined }]),
    );
    await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
  },
);

test('a fetch that was never committed takes its jobs from nobody who has them since', async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind);
  const finish = Promise.withResolvers<void>();
  const attempts: number[] = [];
  await work(async ({ attempt }) => {
    attempts.push(attempt);
    await finish.promise;
    return { done: true };
  });
  const wanted = job(kind);
  await queue.enqueue([wanted]);
  await eventually(() => expect(attempts).toEqual([1]));
  const client = await database.pool.connect();
  await client.query('begin');
  const { rows } = await client.query<FetchTransaction>(
    `select pg_current_xact_id()::text as id, now()::text as "begunAt"`,
  );
  await client.query('rollback');
  client.release();

  const execute = async <Row>(text: string, values?: readonly unknown[]) =>
    (await database.pool.query(text, values && [...values])).rows as Row[];
  const { giveBack } = createAttemptStatements(execute, 'pgboss.job');
  expect(await giveBack({ kind, id: wanted.id, attempt: 1 }, rows[0] as FetchTransaction)).toBe(false);
  expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 1 }]);
  finish.resolve();
  await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
});

test('a job that was given back is not taken by a repeat of that from whoever has it since', async () => {
  const kind = newKind();
  const { queue, work } = await openQueue(kind);
  const wanted = job(kind);
  await queue.enqueue([wanted]);
  const boss = await bossOf(kind);
  const { taken } = await boss.fetch(kind, { limit: 1, shortOnly: false, unsuspectedOnly: false });
  const { giveBack } = createAttemptStatements(boss.execute, 'pgboss.job');
  const again = () => giveBack({ kind, id: wanted.id, attempt: 1 }, fetchOf(taken));
  expect(await again()).toBe(true);

  const finish = Promise.withResolvers<void>();
  const handler = vi.fn<JobHandler>(async () => {
    await finish.promise;
    return { done: true };
  });
  await work(handler);
  await eventually(() => expect(handler).toHaveBeenCalledOnce());
  expect(handler.mock.calls[0]?.[0].attempt).toBe(1);
  expect(await again()).toBe(false);
  expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 1 }]);
  finish.resolve();
  await eventually(async () => expect(await queue.depth()).toEqual(idle(kind)));
  expect(handler).toHaveBeenCalledOnce();
});

test('a fetch that a crash has undone takes its jobs from nobody, although the number of its transaction is given out again', async () => {
  const kind = newKind();
  const { queue } = await openQueue(kind);
  const wanted = job(kind);
  await queue.enqueue([wanted]);
  const boss = await bossOf(kind);
  const { taken } = await boss.fetch(kind, { limit: 1, shortOnly: false, unsuspectedOnly: false });
  const undone = { ...fetchOf(taken), begunAt: new Date(Date.now() - 60_000).toISOString() };
  const { giveBack } = createAttemptStatements(boss.execute, 'pgboss.job');

  expect(await giveBack({ kind, id: wanted.id, attempt: 1 }, undone)).toBe(false);
  expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 1 }]);
  expect(await giveBack({ kind, id: wanted.id, attempt: 1 }, fetchOf(taken))).toBe(true);
});
