import type { Consumer } from 'kafkajs';
import { expect, test } from 'vitest';
import { createAdmissionPump } from '../../../../src/adapters/kafka/jobs/admission-pump.js';
import { createJobLines } from '../../../../src/adapters/kafka/jobs/job-lines.js';
import { invalid } from '../../../../src/core/errors.js';
import type { BacklogJob, BacklogPosition } from '../../../../src/core/job-admission.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { NO_REQUEST } from '../../../../src/core/request-origin.js';

test('what was admitted is removed from its topic though nothing comes after it', async () => {
  const over = new AbortController();
  const lines = createJobLines(() => false);
  const removed = Promise.withResolvers<readonly BacklogPosition[]>();
  const client = { resume: () => {}, commitOffsets: async () => {} } as unknown as Consumer;
  const pump = createAdmissionPump(
    client,
    lines,
    {
      ...{ kind: 'probe', logger: silentLogger, removeAfterMilliseconds: 20 },
      admission: { room: async () => ({ short: 1, long: 1 }), admit: async () => {} },
      removeBefore: async (reached) => removed.resolve(reached),
    },
    over.signal,
  );
  const running = pump.run();
  lines.put({ topic: 'short', partition: 2 }, [{ offset: 6, sentAt: 0, job: undefined }]);
  pump.wake();
  expect(await removed.promise).toEqual([{ topic: 'short', partition: 2, nextOffset: 7 }]);
  over.abort();
  pump.wake();
  await running;
});

test('a job that its queue cannot keep is passed over, and holds nobody up', async () => {
  const over = new AbortController();
  const lines = createJobLines(() => false);
  const admitted: string[] = [];
  const done = Promise.withResolvers<readonly BacklogPosition[]>();
  const client = { resume: () => {}, commitOffsets: async () => {} } as unknown as Consumer;
  const pump = createAdmissionPump(
    client,
    lines,
    {
      ...{ kind: 'probe', logger: silentLogger },
      admission: {
        room: async () => ({ short: 10, long: 10 }),
        async admit(jobs, reached) {
          if (jobs.some(({ job }) => job.key === 'unstorable'))
            throw invalid('unstorable_job', 'It is not kept.');
          admitted.push(...jobs.map(({ job }) => job.key));
          if (jobs.length === 0) done.resolve(reached);
        },
      },
      removeBefore: async () => {},
    },
    over.signal,
  );
  const place = { topic: 'short', partition: 2 };
  const jobOf = (offset: number, key: string): BacklogJob => ({
    ...{ ...place, offset, enqueuedAt: '2026-01-01T00:00:00.000Z' },
    job: { id: key, kind: 'probe', key, payload: {}, correlationId: 'c', causationId: 'e', ...NO_REQUEST },
  });
  const running = pump.run();
  lines.put(
    place,
    ['a', 'unstorable', 'b'].map((key, offset) => ({ offset, sentAt: offset, job: jobOf(offset, key) })),
  );
  pump.wake();
  expect(await done.promise).toEqual([{ ...place, nextOffset: 3 }]);
  expect(admitted).toEqual(['a', 'b']);
  over.abort();
  pump.wake();
  await running;
});
