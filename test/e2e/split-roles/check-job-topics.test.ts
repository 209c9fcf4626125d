import { expect, test } from 'vitest';
import { lostJobs, untakenJobs } from './check-job-topics.js';

const partition = (firstOffset: number, endOffset: number, committedOffset: number) => ({
  ...{ topic: 'jobs.probe.short', partition: 2, firstOffset, endOffset, committedOffset },
});

test('jobs wait in Kafka from where their group has committed to the end', () => {
  expect(untakenJobs([partition(0, 7, 7), partition(7, 7, 3), partition(0, 0, -1)])).toEqual([]);
  expect(untakenJobs([partition(0, 7, 5)])).toEqual([
    '2 jobs of jobs.probe.short 2 from offset 5 on, in Kafka',
  ]);
  expect(untakenJobs([partition(4, 7, -1)])).toEqual([
    '3 jobs of jobs.probe.short 2 from offset 4 on, in Kafka',
  ]);
});

test('a job that lies in Kafka and is known to no queue is lost', () => {
  const record = { topic: 'jobs.probe.short', partition: 2, offset: 5, key: 'media-1', id: 'a' };
  expect(lostJobs([record], new Set(['a']))).toEqual([]);
  expect(lostJobs([record], new Set(['b']))).toEqual(['lost: job a of media-1, at 5 of jobs.probe.short']);
});
