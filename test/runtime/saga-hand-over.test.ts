import { expect, test } from 'vitest';
import { invalid } from '../../src/core/errors.js';
import { silentLogger } from '../../src/core/logger.js';
import type { OutboxEntry } from '../../src/core/saga-store.js';
import { createHandOver } from '../../src/runtime/saga-hand-over.js';
import { createFakeClock } from '../support/fake-clock.js';

const entry = (id: string, kind: string): OutboxEntry => ({
  ...{ id, saga: 'saga', instance: 'm1', body: { run: { kind, key: 'm1', payload: {} } }, attempts: 0 },
  origin: { correlationId: 'correlation', causationId: 'cause', tenantId: 'default', traceparent: null },
});

test('a job of a kind that only the next release knows is left to a process of it, not refused for good', async () => {
  const handOver = createHandOver({
    execute: async () => expect.unreachable(),
    async enqueue(jobs) {
      const foreign = jobs.find(({ kind }) => kind !== 'probe');
      if (foreign) throw invalid('unknown_job_kind', `There is no job kind ${foreign.kind}`);
    },
    cancelJobs: async () => expect.unreachable(),
    concurrency: 1,
    clock: createFakeClock(),
    random: () => 0.5,
    logger: silentLogger,
  });
  expect(await handOver([entry('a', 'probe'), entry('b', 'subtitle'), entry('c', 'probe')])).toEqual([
    { id: 'a', done: true },
    { id: 'b', postponed: { error: 'There is no job kind subtitle', dueAt: expect.any(String) } },
  ]);
});
