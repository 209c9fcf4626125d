import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import type { JobPolicy, JobToEnqueue } from '../../../src/core/job.js';
import { abortCodeOf } from '../../../src/core/job-abort.js';
import type { JobQueue } from '../../../src/core/job-queue.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { JobHandler, JobOutcome } from '../../../src/core/running-job.js';
import { createTestDatabase } from '../../support/database.js';

const policy: JobPolicy = {
  ...{ maximumAttempts: 3, leaseSeconds: 5, timeLimitSeconds: 60 },
  backoff: { firstSeconds: 0.01, maximumSeconds: 0.05 },
};

const database = await createTestDatabase();
const opened: JobQueue[] = [];
afterEach(() => Promise.all(opened.splice(0).map((queue) => queue.stop({ graceSeconds: 0 }))));
afterAll(() => database.drop());

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

/** One slot, of which jobs say by their names what runs in it; a job ends as it is told to. */
async function openSlot(options: {
  readonly countsAsLongAfterSeconds: number;
  readonly mostExtraSeconds: number;
}) {
  const kind = `kind-${randomUUID()}`;
  const queue = await createPgBossJobQueue({
    ...{ connectionString: database.url, kinds: [{ kind, policy }], logger: silentLogger },
    ...{ pollIntervalSeconds: 0.1, abandonAfterSeconds: 0.3 },
    ...options,
  });
  opened.push(queue);
  const running = new Map<unknown, { readonly attempts: string; end(outcome: JobOutcome): void }>();
  const aborted: unknown[] = [];
  const handler: JobHandler = async ({ payload, attempt, maximumAttempts, long }, { signal }) => {
    const ended = Promise.withResolvers<JobOutcome>();
    const attempts = `${attempt} of ${maximumAttempts}${long ? ', long' : ''}`;
    running.set(payload.name, { attempts, end: ended.resolve });
    signal.addEventListener('abort', () => {
      aborted.push([payload.name, abortCodeOf(signal)]);
      ended.resolve({ retryInSeconds: 600, error: 'aborted' });
    });
    try {
      return await ended.promise;
    } finally {
      running.delete(payload.name);
    }
  };
  await queue.work(kind, { concurrency: 1, policy }, handler);
  const job = (name: string, long = false): JobToEnqueue => ({
    ...{ id: randomUUID(), kind, key: name, payload: { name }, long },
    ...{ correlationId: 'correlation', causationId: 'cause', ...NO_REQUEST },
  });
  return {
    enqueue: (name: string, long?: boolean) => queue.enqueue([job(name, long)]),
    end: (name: string, outcome: JobOutcome = { done: true }) => running.get(name)?.end(outcome),
    runs: (...names: string[]) => eventually(() => expect([...running.keys()]).toEqual(names)),
    attempts: (name: string) => running.get(name)?.attempts,
    aborted,
  };
}

test('short work that takes long counts as long: others go on beside it, and its next attempt keeps out of their way', async () => {
  const slot = await openSlot({ countsAsLongAfterSeconds: 0.3, mostExtraSeconds: 60 });
  await slot.enqueue('endless clip');
  await slot.runs('endless clip');
  await slot.enqueue('clip 1');
  await slot.runs('endless clip', 'clip 1');
  slot.end('endless clip', { retryInSeconds: 0.01, error: 'no' });
  slot.end('clip 1');
  await slot.runs('endless clip');
  expect(slot.attempts('endless clip')).toBe('2 of 3, long');
  await slot.enqueue('film', true);
  await slot.enqueue('clip 2');
  await slot.runs('endless clip', 'clip 2');
  slot.end('endless clip');
  slot.end('clip 2');
  await slot.runs('film');
  expect(slot.aborted).toEqual([]);
});

test('work that stays in the extra slot is put back among the long at no cost, and short work goes on', async () => {
  const slot = await openSlot({ countsAsLongAfterSeconds: 0.2, mostExtraSeconds: 0.6 });
  await slot.enqueue('film', true);
  await slot.runs('film');
  await slot.enqueue('endless clip');
  await slot.runs('film', 'endless clip');
  await slot.enqueue('clip');
  await slot.runs('film', 'clip');
  expect(slot.aborted).toEqual([['endless clip', 'overstayed']]);
  slot.end('clip');
  slot.end('film');
  await slot.runs('endless clip');
  expect(slot.attempts('endless clip')).toBe('2 of 4, long');
});

test('work that had its slot before the extra one opened is not put back for what came into that', async () => {
  const slot = await openSlot({ countsAsLongAfterSeconds: 0.2, mostExtraSeconds: 0.8 });
  await slot.enqueue('slow clip');
  await slot.runs('slow clip');
  await slot.enqueue('late clip');
  await slot.runs('slow clip', 'late clip');
  await eventually(() => expect(slot.aborted).toHaveLength(1));
  expect(slot.aborted).toEqual([['late clip', 'overstayed']]);
  slot.end('slow clip');
  await slot.runs('late clip');
});
