import { expect, test, vi } from 'vitest';
import { silentLogger } from '../../../src/core/logger.js';
import { createQueues, eventually, idle, job, newKind } from './queues.js';

const { database, openQueue, cleanUp } = await createQueues();

test.each([
  ['a serialisation failure', '40001', { done: true }, 'completed'],
  ['a deadlock', '40P01', { retryInSeconds: 0.01, error: 'no' }, 'retry'],
  [
    'a lock that was not to be had in time',
    '55P03',
    { deadLetter: { code: 'ffmpeg_failed', message: '' } },
    'cancelled',
  ],
  ['a statement that took too long', '57014', { done: true }, 'completed'],
] as const)('%s as the outcome of a job is written does not lose it', async (_, sqlState, outcome, state) => {
  const kind = newKind();
  cleanUp(() => database.pool.query(`drop function refuse cascade; drop sequence refusals`));
  await database.pool.query(`
    create sequence refusals;
    create function refuse() returns trigger language plpgsql as $$ begin
      if nextval('refusals') <= 3 then raise exception 'not now' using errcode = '${sqlState}'; end if;
      return new;
    end $$;`);
  const error = vi.fn();
  const { queue, work } = await openQueue(kind, { logger: { ...silentLogger, error } });
  await database.pool.query(`
    create trigger refuse before update on pgboss.job for each row
      when (new.name = '${kind}' and old.state = 'active' and new.state = '${state}') execute function refuse()`);
  const attempts: unknown[] = [];
  await work(async ({ attempt, loss }) => {
    attempts.push([attempt, loss]);
    return attempt === 1 ? outcome : { done: true };
  });
  await queue.enqueue([job(kind)]);
  await eventually(async () => {
    expect(await queue.depth()).toEqual(idle(kind));
    expect(await database.pool.query(`select last_value from refusals`)).toMatchObject({
      rows: [{ last_value: expect.stringMatching(/^[4-9]$/) }],
    });
  });
  expect(attempts).toEqual(
    state === 'retry'
      ? [
          [1, undefined],
          [2, undefined],
        ]
      : [[1, undefined]],
  );
  expect(error).not.toHaveBeenCalled();
});

test('where every transaction is serialisable, all jobs are done once', async () => {
  const name = new URL(database.url).pathname.slice(1);
  await database.pool.query(`alter database "${name}" set default_transaction_isolation = 'serializable'`);
  const kind = newKind();
  const error = vi.fn();
  const logger = { ...silentLogger, error };
  const queues = [await openQueue(kind, { logger }), await openQueue(kind, { logger })];
  const ran: string[] = [];
  const jobs = Array.from({ length: 60 }, (_, n) => job(kind, { key: `key-${n % 12}` }));
  for (const { work } of queues)
    await work(async ({ id, attempt }) => {
      ran.push(`${id}:${attempt}`);
      return { done: true };
    });
  const [one, other] = queues.map(({ queue }) => queue);
  const enqueue = (from: number) =>
    eventually(() => (from === 0 ? one : other)?.enqueue(jobs.slice(from, from + 30)));
  await Promise.all([enqueue(0), enqueue(30)]);
  await eventually(async () => expect(await one?.depth()).toEqual(idle(kind)));
  await database.pool.query(`alter database "${name}" reset default_transaction_isolation`);
  expect(ran.toSorted()).toEqual(jobs.map(({ id }) => `${id}:1`).toSorted());
  expect(error).not.toHaveBeenCalled();
});
