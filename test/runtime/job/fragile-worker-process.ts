import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import type { JobPolicy } from '../../../src/core/job.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { Worker } from '../../../src/core/worker.js';
import { runWorkers } from '../../../src/runtime/job/job-runner.js';

/** Runs jobs of these kinds as the only process there is, and tells of all it does. A fatal job ends it with kill -9. */
const [connectionString = '', workRoot = '', kindsJson = ''] = process.argv.slice(2);
const kinds: string[] = JSON.parse(kindsJson);
const policy: JobPolicy = {
  ...{ maximumAttempts: 4, leaseSeconds: 20, timeLimitSeconds: 60 },
  backoff: { firstSeconds: 0.01, maximumSeconds: 0.02 },
};
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const workerOf = (kind: string): Worker<{ fatal: boolean }> => ({
  kind,
  payload: z.object({ fatal: z.boolean() }),
  subject: z.object({}),
  policy,
  concurrency: 2,
  started: () => [],
  async run({ fatal }, { attempt }) {
    tell({ kind, attempt, fatal, did: 'run' });
    await delay(fatal ? 150 : 400);
    if (fatal) process.kill(process.pid, 'SIGKILL');
    return [{ type: 'Complete', data: { kind } }];
  },
  failed: (_, { code, attempt, final, retryAt }) => [
    { type: 'Fail', data: { kind, code, attempt, final, waits: retryAt !== null } },
  ],
});

const queue = await createPgBossJobQueue({
  ...{ connectionString, logger: silentLogger, exclusive: true, pollIntervalSeconds: 0.05 },
  kinds: kinds.map((kind) => ({ kind, policy })),
});
await runWorkers({
  ...{ queue, workRoot, clock: () => new Date().toISOString(), random: Math.random, logger: silentLogger },
  workers: kinds.map(workerOf) as unknown as Worker[],
  lossPausesSeconds: [0, 0.1, 0.2, 0.3],
  execute: async ({ command }) => tell({ ...(command.data as object), did: command.type }),
});
