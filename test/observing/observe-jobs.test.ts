import { expect, test } from 'vitest';
import type { ErrorCode } from '../../src/core/error-codes/index.js';
import type { JobHandler, JobOutcome, RunningJob } from '../../src/core/running-job.js';
import { observeJobs } from '../../src/observing/observe-jobs.js';
import { unobserved } from '../support/unobserved.js';

const lease = { signal: new AbortController().signal } as Parameters<JobHandler>[1];

/** What is counted of an attempt at a probe that ends so. */
async function countedOf(outcome: JobOutcome): Promise<readonly string[]> {
  const counted: string[] = [];
  const add = (name: string, labels: object) =>
    void counted.push(`${name} ${Object.values(labels).join(' ')}`);
  const handlers: JobHandler[] = [];
  const queue = {
    enqueue: async () => {},
    work: async (_kind: string, _options: object, handler: JobHandler) => void handlers.push(handler),
  };
  const observing = { ...unobserved, metrics: { ...unobserved.metrics, add } };
  await observeJobs(queue as never as Parameters<typeof observeJobs>[0], observing, { system: 'test' }).work(
    'probe',
    { concurrency: 1 } as never,
    async () => outcome,
  );
  const job = { id: 'j1', kind: 'probe', attempt: 1, correlationId: 'm1' } as unknown as RunningJob;
  for (const handler of handlers) await handler(job, lease);
  return counted;
}

test.each<[ErrorCode, string]>([
  ['corrupt_media', 'file'],
  ['not_media', 'file'],
  ['forbidden_source', 'file'],
  ['source_refused', 'file'],
  ['chunks_missing', 'file'],
  ['renditions_missing', 'file'],
  ['ffmpeg_timeout', 'work'],
  ['ffmpeg_memory_exceeded', 'work'],
  ['picture_timeout', 'work'],
  ['ffmpeg_failed', 'work'],
  ['worker_lost', 'work'],
])('what is given up for %s has its cause in the %s', async (code, cause) => {
  expect(await countedOf({ deadLetter: { code, message: 'So.' } })).toEqual([
    `dead_letters_total probe ${cause}`,
  ]);
});

test('what is done or tried again is no dead letter', async () => {
  expect(await countedOf({ done: true })).toEqual([]);
  expect(await countedOf({ retryInSeconds: 1, error: 'So.' })).toEqual(['job_retries_total probe']);
});
