import type { Consumer } from 'kafkajs';
import { expect, test } from 'vitest';
import { createAdmissionPump } from '../../../../src/adapters/kafka/jobs/admission-pump.js';
import { createJobLines } from '../../../../src/adapters/kafka/jobs/job-lines.js';
import type { BacklogPosition } from '../../../../src/core/job-admission.js';
import { silentLogger } from '../../../../src/core/logger.js';

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
