import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import { unavailable, unsupported } from '../../../src/core/errors.js';
import type { JobPolicy } from '../../../src/core/job.js';
import type { JobQueue } from '../../../src/core/job-queue.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { Worker } from '../../../src/core/worker.js';
import { runWorkers } from '../../../src/runtime/job/job-runner.js';
import { createTestDatabase } from '../../support/database.js';

const database = await createTestDatabase();
const workRoot = mkdtempSync(join(tmpdir(), 'mediaflow-runner-'));
const opened: JobQueue[] = [];
afterEach(() => Promise.all(opened.splice(0).map((queue) => queue.stop({ graceSeconds: 0 }))));
afterAll(async () => {
  rmSync(workRoot, { recursive: true, force: true });
  await database.drop();
});

const defaults: JobPolicy = {
  ...{ maximumAttempts: 3, leaseSeconds: 5, timeLimitSeconds: 30 },
  backoff: { firstSeconds: 0.01, maximumSeconds: 0.02 },
};
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

async function start(
  kind: string,
  run: Worker<{ n: number }>['run'],
  changes: { policy?: Partial<JobPolicy>; execute?: (command: string) => void } = {},
) {
  const policy = { ...defaults, ...changes.policy };
  const queue = await createPgBossJobQueue({
    ...{ connectionString: database.url, kinds: [{ kind, policy }], logger: silentLogger },
    ...{ exclusive: true, pollIntervalSeconds: 0.05, abandonAfterSeconds: 0.5 },
  });
  opened.push(queue);
  const log: string[] = [];
  await runWorkers({
    ...{ queue, workRoot, clock: () => new Date().toISOString(), random: Math.random, logger: silentLogger },
    abandonAfterSeconds: 0.2,
    workers: [
      {
        ...{ kind, payload: z.object({ n: z.number() }), subject: z.object({}), policy, concurrency: 2, run },
        started: (_, { attempt }) => [{ type: 'Start', data: attempt }],
        failed: (_, { code, final }) => [{ type: 'Fail', data: `${code} ${final}` }],
      },
    ],
    async execute({ command }) {
      const told = `${command.type} ${command.data}`;
      changes.execute?.(told);
      log.push(told);
    },
    sendPausesSeconds: [0.01, 0.02],
  });
  const enqueue = async () => {
    const id = randomUUID();
    await queue.enqueue([
      {
        ...{ id, kind, key: 'k', payload: { n: 1 } },
        ...{ correlationId: 'c', causationId: 'e', ...NO_REQUEST },
      },
    ]);
    return id;
  };
  return { queue, log, enqueue };
}

test('an attempt that fails is recorded, tried again, and its success recorded', async () => {
  const { log, enqueue } = await start('flaky', async (_, { attempt }) => {
    if (attempt < 3) throw unavailable('model_missing', 'Away');
    return [{ type: 'Complete', data: attempt }];
  });
  await enqueue();
  await eventually(() =>
    expect(log).toEqual([
      ...['Start 1', 'Fail model_missing false', 'Start 2', 'Fail model_missing false'],
      ...['Start 3', 'Complete 3'],
    ]),
  );
});

test('what fails for good is recorded and can be read and replayed', async () => {
  let broken = true;
  const { queue, log, enqueue } = await start('broken', async () => {
    if (broken) throw unsupported('not_media', 'Not a video');
    return [{ type: 'Complete', data: 1 }];
  });
  const id = await enqueue();
  await eventually(async () =>
    expect(await queue.deadLetter(id)).toMatchObject({
      ...{ attempts: 1, reason: { code: 'not_media', message: 'Not a video' } },
    }),
  );
  broken = false;
  await queue.replay(id);
  await eventually(() => expect(log).toEqual(['Start 1', 'Fail not_media true', 'Start 1', 'Complete 1']));
});

test('a shutdown records no failure, leaves no files, and the next process does the work', async () => {
  const running = Promise.withResolvers<void>();
  const first = await start('long', async (_, { signal }) => {
    running.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new Error('ffmpeg was killed');
  });
  await first.enqueue();
  await running.promise;
  await first.queue.stop({ graceSeconds: 0.01 });
  expect(first.log).toEqual(['Start 1']);
  expect(readdirSync(workRoot)).toEqual([]);
  const second = await start('long', async () => [{ type: 'Complete', data: 2 }]);
  await eventually(() => expect(second.log).toEqual(['Start 2', 'Complete 2']));
});

test('an attempt that reaches its time limit while nothing can be told is recorded once that can be', async () => {
  let refusedAt: number | undefined;
  const { queue, log, enqueue } = await start('outage', () => new Promise(() => {}), {
    policy: { timeLimitSeconds: 0.1, maximumAttempts: 1 },
    execute(told) {
      if (!told.startsWith('Fail')) return;
      refusedAt ??= performance.now();
      // Longer than the queue waits for a handler that ignores its signal.
      if (performance.now() - refusedAt < 1500) throw unavailable('event_store_unavailable', 'Away');
    },
  });
  const id = await enqueue();
  await eventually(() => expect(log).toEqual(['Start 1', 'Fail time_limit_exceeded true']));
  await eventually(async () =>
    expect(await queue.deadLetter(id)).toMatchObject({ reason: { code: 'time_limit_exceeded' } }),
  );
});

test('what cannot be told for a reason of its own is not tried for ever', async () => {
  const { log, enqueue } = await start('broken-command', async () => [{ type: 'Complete', data: 1 }], {
    policy: { maximumAttempts: 2 },
    execute(told) {
      if (told.startsWith('Complete')) throw new Error('a fault in the rules');
    },
  });
  await enqueue();
  await eventually(() =>
    expect(log).toEqual([
      ...['Start 1', 'Fail unexpected_error false'],
      ...['Start 2', 'Fail unexpected_error true'],
    ]),
  );
});
