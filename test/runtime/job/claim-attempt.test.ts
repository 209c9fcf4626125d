import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { createMemoryAttemptClaims } from '../../../src/adapters/memory/attempt-claims.js';
import type { AttemptClaims } from '../../../src/core/attempt-claims.js';
import { unavailable } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { JobHandler, RunningJob } from '../../../src/core/running-job.js';
import { handleClaimed } from '../../../src/runtime/job/claim-attempt.js';
import { createTestLease } from '../../support/job-lease.js';

const job = (): RunningJob => ({
  ...{ id: randomUUID(), kind: 'probe', key: 'm1', payload: {}, attempt: 1, maximumAttempts: 3 },
  ...{ correlationId: 'correlation', causationId: 'cause', ...NO_REQUEST },
});
const away = () => unavailable('job_queue_unavailable', 'Away');

function claiming(claims: AttemptClaims, pausesSeconds: readonly number[] = [0.001, 0.001]) {
  const work = vi.fn<JobHandler>(async () => ({ done: true }));
  return { work, handler: handleClaimed(work, { claims, pausesSeconds, logger: silentLogger }) };
}

test('of two deliveries of an attempt one works, and the other says that it has not got it', async () => {
  const { work, handler } = claiming(createMemoryAttemptClaims());
  const delivered = job();
  const outcomes = await Promise.all([1, 2].map(() => handler(delivered, createTestLease().lease)));
  expect(outcomes).toEqual([{ done: true }, { unclaimed: true }]);
  expect(work).toHaveBeenCalledOnce();
});

test('a claim whose answer was lost is asked for again, and is still its own', async () => {
  const kept = createMemoryAttemptClaims();
  let isLost = true;
  const { handler } = claiming({
    async claim(delivery) {
      const isOurs = await kept.claim(delivery);
      if (!isLost) return isOurs;
      isLost = false;
      throw away();
    },
  });
  expect(await handler(job(), createTestLease().lease)).toEqual({ done: true });
});

test('what cannot be claimed is left to the queue, without work and without a failure', async () => {
  const claim = vi.fn<AttemptClaims['claim']>(() => Promise.reject(away()));
  const { work, handler } = claiming({ claim });
  expect(await handler(job(), createTestLease().lease)).toEqual({ unclaimed: true });
  expect(claim).toHaveBeenCalledTimes(3);
  expect(work).not.toHaveBeenCalled();
});

test('who is told to let go while it waits to claim lets go at once', async () => {
  const { lease, abort } = createTestLease();
  const { work, handler } = claiming({ claim: () => Promise.reject(away()) }, [3600]);
  const outcome = handler(job(), lease);
  abort('shutting_down');
  expect(await outcome).toEqual({ unclaimed: true });
  expect(work).not.toHaveBeenCalled();
});
