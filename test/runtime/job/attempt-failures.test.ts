import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { conflict } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { JobLoss, RunningJob } from '../../../src/core/running-job.js';
import { createAttemptFailures } from '../../../src/runtime/job/attempt-failures.js';
import { LOSS_PAUSES_SECONDS } from '../../../src/runtime/job/lost-worker.js';
import { createTestLease } from '../../support/job-lease.js';

const job: RunningJob = {
  ...{ id: 'job', kind: 'probe', key: 'm1', payload: { mediaId: 'm1' } },
  ...{ correlationId: 'correlation', causationId: 'cause', ...NO_REQUEST, attempt: 7, maximumAttempts: 9 },
};
const failures = createAttemptFailures<{ mediaId: string }>(
  {
    subject: z.object({ mediaId: z.string() }),
    policy: {
      ...{ maximumAttempts: 4, leaseSeconds: 10, timeLimitSeconds: 60 },
      backoff: { firstSeconds: 10, maximumSeconds: 60 },
    },
    failed: ({ mediaId }, failure) => [{ type: 'FailStep', data: { mediaId, ...failure } }],
  },
  {
    ...{ clock: () => '2026-11-21T10:00:00.000Z', random: () => 0.5, logger: silentLogger },
    lossPausesSeconds: LOSS_PAUSES_SECONDS,
  },
);

async function lose(loss: Partial<JobLoss>, refuse?: () => never) {
  const told: unknown[] = [];
  const outcome = await failures.ofLoss(
    job,
    { attempt: 6, alone: 0, withMachine: 0, isWithMachine: false, ...loss },
    {
      lease: createTestLease().lease,
      async send(_phase, commands) {
        refuse?.();
        told.push(...commands.map(({ data }) => data));
      },
    },
  );
  return { outcome, told };
}

describe('a worker that was lost', () => {
  test.each([
    [1, undefined, '2026-11-21T10:00:00.000Z'],
    [2, { setAsideSeconds: 10 }, '2026-11-21T10:00:10.000Z'],
    [4, { setAsideSeconds: 300 }, '2026-11-21T10:05:00.000Z'],
    [5, { deadLetter: { code: 'worker_lost' } }, null],
  ])('%d times alone speaks against its job more each time', async (alone, expected, retryAt) => {
    const { outcome, told } = await lose({ alone });
    if (expected) expect(outcome).toMatchObject(expected);
    else expect(outcome).toBeUndefined();
    expect(told).toMatchObject([{ mediaId: 'm1', code: 'worker_lost', attempt: 6, retryAt }]);
  });

  test.each([
    [5, undefined],
    [7, undefined],
    [8, { setAsideSeconds: 10 }],
    [19, { setAsideSeconds: 300 }],
    [20, { deadLetter: { code: 'worker_lost' } }],
  ])(
    '%d times with all of its machine speaks against its job a quarter as much',
    async (withMachine, expected) => {
      const { outcome, told } = await lose({ withMachine, isWithMachine: true });
      if (expected) expect(outcome).toMatchObject(expected);
      else expect(outcome).toBeUndefined();
      expect(told).toMatchObject([{ message: expect.stringContaining(`machine`) }]);
    },
  );

  test('too often, which cannot be told now, is set aside with its loss instead of running once more', async () => {
    const { outcome } = await lose({ alone: 5 }, () => {
      throw new Error('a fault in the rules');
    });
    expect(outcome).toMatchObject({ setAsideSeconds: 300, keepsLoss: true });
  });

  test('too often, which nobody wants to know, is given up', async () => {
    const { outcome } = await lose({ alone: 5 }, () => {
      throw conflict('media_deleted', 'Deleted');
    });
    expect(outcome).toMatchObject({ deadLetter: { code: 'worker_lost' } });
  });
});
