import { expect, test } from 'vitest';
import { measureStanding } from '../../src/observing/standing.js';
import { unobserved } from '../support/unobserved.js';

test('who takes jobs is told while the queue cannot be asked', async () => {
  const told: unknown[] = [];
  const forgotten: string[] = [];
  await measureStanding(
    {
      queues: () => Promise.reject(new Error('The broker is away')),
      takers: { kinds: ['probe', 'tag'], count: async () => new Map([['probe', 2]]) },
    },
    {
      ...unobserved.metrics,
      set: (name, labels, value) => void told.push([name, labels, value]),
      forget: (name) => void forgotten.push(name),
    },
    (asked) => asked,
  );
  expect(told).toEqual([
    ['job_workers', { kind: 'probe' }, 2],
    ['job_workers', { kind: 'tag' }, 0],
  ]);
  expect(forgotten).toEqual(['jobs', 'jobs_backlog', 'jobs_oldest_waiting_seconds']);
});
