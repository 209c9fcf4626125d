import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import type { JobToEnqueue } from '../../../src/core/job.js';
import type { AdmittingJobQueue, BacklogJob } from '../../../src/core/job-admission.js';
import { silentLogger } from '../../../src/core/logger.js';
import { createQueues, eventually, job, newKind, policy } from './queues.js';

const { database, cleanUp } = await createQueues();

/** A queue, and jobs as they come out of a topic of its own with one partition. */
async function open(kind = newKind()) {
  const topic = `topic-${kind}`;
  const queue: AdmittingJobQueue = await createPgBossJobQueue({
    ...{ connectionString: database.url, logger: silentLogger, pollIntervalSeconds: 0.1 },
    kinds: [{ kind, policy }],
  });
  cleanUp(() => queue.stop({ graceSeconds: 0 }));
  const at = (offset: number, waiting: JobToEnqueue, secondsAgo = 0): BacklogJob => ({
    ...{ topic, partition: 0, offset, job: waiting },
    enqueuedAt: new Date(Date.now() - secondsAgo * 1000).toISOString(),
  });
  const admit = (jobs: readonly BacklogJob[], nextOffset: number) =>
    queue.admit(jobs, [{ topic, partition: 0, nextOffset }]);
  const runsOf = async () => {
    const ran: unknown[] = [];
    await queue.work(kind, { concurrency: 1, policy }, async ({ payload }) => {
      ran.push(payload.name);
      return { done: true };
    });
    return ran;
  };
  const named = (name: string, key: string = randomUUID()) => job(kind, { key, payload: { name } });
  const isIdle = () =>
    eventually(async () => expect(await queue.depth()).toEqual([{ kind, waiting: 0, active: 0 }]));
  return { kind, topic, queue, at, admit, runsOf, named, isIdle };
}

test('jobs of a log are admitted once, whoever brings them, and run in the order of their key', async () => {
  const { topic, kind, queue, at, admit, runsOf, named, isIdle } = await open();
  const jobs = ['a', 'b', 'c', 'd'].map((name, offset) => at(offset, named(name, 'same')));
  await Promise.all([admit(jobs.slice(0, 2), 2), admit(jobs.slice(0, 3), 3)]);
  await admit(jobs.slice(1), 4);
  expect(await queue.standing([topic, 'another'])).toEqual({
    depths: [{ kind, waiting: 4, active: 0 }],
    admitted: [{ topic, partition: 0, nextOffset: 4 }],
  });
  expect(await queue.known(jobs.map((each) => each.job))).toEqual(new Set(jobs.map((each) => each.job.id)));
  const ran = await runsOf();
  await isIdle();
  await admit(jobs, 4);
  await isIdle();
  expect(ran).toEqual(['a', 'b', 'c', 'd']);
});

test('what was cancelled while it waited in the log ends when it is admitted, and what came after runs', async () => {
  const { topic, queue, at, admit, runsOf, named, isIdle } = await open();
  const cancellation = (key: string) => ({ id: randomUUID(), kinds: [], key });
  const [before, other, after] = [named('before', 'gone'), named('other'), named('after', 'gone')];
  await admit([], 10);
  const ofKey = cancellation('gone');
  await queue.cancelBefore([{ topic, partition: 0, nextOffset: 12 }], ofKey);
  await queue.cancelBefore([{ topic, partition: 0, nextOffset: 12 }], cancellation('nobody'));
  // A repeat that comes late.
  await queue.cancelBefore([{ topic, partition: 0, nextOffset: 100 }], ofKey);
  await admit([at(10, before), at(11, other), at(12, after)], 13);
  const ran = await runsOf();
  await isIdle();
  expect(ran).toEqual(['other', 'after']);
  expect(await queue.known([before])).toEqual(new Set([before.id]));
});

test('a cancellation beside an admission leaves nothing of its key behind, whoever is first', async () => {
  for (let round = 0; round < 20; round++) {
    const { topic, queue, at, admit, named, isIdle } = await open();
    const jobs = Array.from({ length: 20 }, (_, offset) => at(offset, named('unwanted', 'gone')));
    const cancellation = { id: randomUUID(), kinds: [jobs[0]?.job.kind ?? ''], key: 'gone' };
    await Promise.all([
      admit(jobs.slice(0, 10), 10).then(() => admit(jobs.slice(10), 20)),
      queue.cancelBefore([{ topic, partition: 0, nextOffset: 20 }], cancellation),
    ]);
    await isIdle();
  }
});

test('a job keeps the place that it took when it was put into the log, and has waited since', async () => {
  const { kind, queue, at, admit, runsOf, named, isIdle } = await open();
  await queue.enqueue([named('put in here')]);
  await admit([at(0, named('waited'), 600)], 1);
  const [wait] = await queue.waits();
  expect(wait?.kind).toBe(kind);
  expect(wait?.seconds).toBeGreaterThan(599);
  const ran = await runsOf();
  await isIdle();
  expect(ran).toEqual(['waited', 'put in here']);
});

test('there is room for as many keys as have no job at hand: what waits behind another of its key takes none', async () => {
  const { kind, queue, at, admit, named } = await open();
  const { short, long } = await queue.room(kind);
  const behind = Array.from({ length: 5 }, (_, offset) => at(offset, named('behind', 'same')));
  await admit([...behind, at(5, { ...named('film'), long: true }), at(6, named('clip'))], 7);
  expect(await queue.room(kind)).toEqual({ short: short - 2, long: long - 1 });
  const started = Promise.withResolvers<void>();
  await queue.work(kind, { concurrency: 1, policy }, async (_, { signal }) => {
    started.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { done: true };
  });
  await started.promise;
  await eventually(async () => expect((await queue.room(kind)).short).toBe(short - 1));
});

const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
test.each<[string, Partial<JobToEnqueue>]>([
  ['half of a surrogate pair', { payload: { name: '\ud800' } }],
  ['a patience beyond all numbers', { patienceSeconds: 1e300 }],
  ['a key longer than an index takes', { key: randomBytes(20_000).toString('hex') }],
  ['more brackets than anybody reads', { payload: { name: nested(500_000) } }],
])('a job with %s is told to be no job that is kept', async (_, odd) => {
  const { at, admit, queue, named, isIdle } = await open();
  await expect(admit([at(0, named('a')), at(1, { ...named('b'), ...odd })], 2)).rejects.toMatchObject({
    code: 'unstorable_job',
  });
  expect(await queue.known([named('a')])).toEqual(new Set());
  await isIdle();
});
