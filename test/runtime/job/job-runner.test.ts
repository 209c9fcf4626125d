import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { conflict, unavailable, unsupported } from '../../../src/core/errors.js';
import { deriveId } from '../../../src/core/ids.js';
import type { JobConsumer } from '../../../src/core/job-consumer.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { JobHandler, RunningJob } from '../../../src/core/running-job.js';
import type { Worker } from '../../../src/core/worker.js';
import { runWorkers } from '../../../src/runtime/job/job-runner.js';
import type { ExecuteCommand } from '../../../src/runtime/job/send-commands.js';
import { createTestLease } from '../../support/job-lease.js';

const now = '2026-11-21T10:00:00.000Z';
const payloadSchema = z.object({ mediaId: z.string(), blobKey: z.string() });
type Payload = z.infer<typeof payloadSchema>;

const logged = { error: vi.fn() };
let workRoot: string;
beforeEach(() => {
  logged.error.mockClear();
  workRoot = mkdtempSync(join(tmpdir(), 'mediaflow-runner-'));
});
afterEach(() => rmSync(workRoot, { recursive: true, force: true }));

const job = (fields: Partial<RunningJob> = {}): RunningJob => ({
  id: randomUUID(),
  kind: 'probe',
  key: 'm1',
  payload: { mediaId: 'm1', blobKey: 'original' },
  correlationId: 'correlation',
  causationId: 'cause',
  ...{ tenantId: 'acme', traceparent: '00-trace' },
  attempt: 1,
  maximumAttempts: 3,
  ...fields,
});

const command = (type: string, data: unknown = {}) => ({ type, data });

type TestWorker = Worker<Payload, Pick<Payload, 'mediaId'>>;

function probeWorker(run: Worker<Payload>['run']): TestWorker {
  return {
    kind: 'probe',
    payload: payloadSchema,
    subject: payloadSchema.pick({ mediaId: true }),
    policy: {
      ...{ maximumAttempts: 3, leaseSeconds: 10, timeLimitSeconds: 60 },
      backoff: { firstSeconds: 10, maximumSeconds: 60 },
    },
    concurrency: 2,
    started: ({ mediaId }, { attempt }) => [command('StartStep', { mediaId, attempt })],
    run,
    failed: ({ mediaId }, failure) => [command('FailStep', { mediaId, ...failure })],
  };
}

type Sent = Parameters<ExecuteCommand>[0];

/** Runs one attempt of a worker without a queue in between. */
async function startRunner(worker: TestWorker, execute?: (request: Sent) => Promise<unknown>) {
  const sent: Sent[] = [];
  const work = vi.fn<JobConsumer['work']>(async () => {});
  await runWorkers({
    queue: { delivers: 'once', work },
    workers: [worker],
    async execute(request) {
      await execute?.(request);
      sent.push(request);
    },
    workRoot,
    clock: () => now,
    random: () => 0.5,
    logger: { ...silentLogger, ...logged },
    abandonAfterSeconds: 0.05,
    sendPausesSeconds: [0.001, 0.001],
  });
  const handler = work.mock.calls[0]?.[2] as JobHandler;
  const { lease, abort } = createTestLease();
  return {
    sent,
    work,
    types: () => sent.map((request) => request.command.type),
    attempt: (running = job()) => handler(running, lease),
    abort,
  };
}

describe('a successful attempt', () => {
  test('sends started, progress and result commands in order, under ids derived from the attempt', async () => {
    const runner = await startRunner(
      probeWorker(async (_, { report }) => {
        await report([command('Progress', 1)]);
        await report([command('Progress', 2), command('Progress', 3)]);
        return [command('Complete', 'a'), command('Complete', 'b')];
      }),
    );
    const running = job({ attempt: 2 });
    expect(await runner.attempt(running)).toEqual({ done: true });
    const id = (phase: string, index: number) => deriveId(running.id, 2, phase, index);
    expect(runner.sent).toEqual(
      [
        [id('started', 0), command('StartStep', { mediaId: 'm1', attempt: 2 })],
        [id('progress', 0), command('Progress', 1)],
        [id('progress', 1), command('Progress', 2)],
        [id('progress', 2), command('Progress', 3)],
        [id('result', 0), command('Complete', 'a')],
        [id('result', 1), command('Complete', 'b')],
      ].map(([commandId, sentCommand]) => ({
        ...{ commandId, command: sentCommand, actor: 'worker:probe' },
        ...{ correlationId: 'correlation', causationId: 'cause', tenantId: 'acme', traceparent: '00-trace' },
      })),
    );
  });

  test('works in a private folder that is empty at first and gone afterwards', async () => {
    const running = job();
    mkdirSync(join(workRoot, `${running.id}-1`));
    let folder = '';
    const runner = await startRunner(
      probeWorker(async (_, { workFolder }) => {
        folder = workFolder;
        expect(readdirSync(workFolder)).toEqual([]);
        writeFileSync(join(workFolder, 'segment.m4s'), 'bytes');
        return [];
      }),
    );
    await runner.attempt(running);
    expect(folder).toBe(join(workRoot, `${running.id}-1`));
    expect(existsSync(folder)).toBe(false);
  });

  test.each(['StartStep', 'StillWanted', 'Complete'])(
    'survives an outage at %s of many times its tries without doing the work again',
    async (awayAt) => {
      let outages = 20;
      const run = vi.fn<Worker<Payload>['run']>(async (_, { confirm }) => {
        await confirm([command('StillWanted')]);
        return [command('Complete')];
      });
      const runner = await startRunner(probeWorker(run), async (request) => {
        if (request.command.type === awayAt && outages-- > 0)
          throw unavailable('event_store_unavailable', 'Away');
      });
      expect(await runner.attempt()).toEqual({ done: true });
      expect(run).toHaveBeenCalledOnce();
      expect(runner.types()).toEqual(['StartStep', 'StillWanted', 'Complete']);
    },
  );

  test('does not wait for ever to tell how far it is', async () => {
    const runner = await startRunner(
      probeWorker(async (_, { report }) => {
        await expect(report([command('Progress')])).rejects.toMatchObject({
          code: 'event_store_unavailable',
        });
        return [command('Complete')];
      }),
      async (request) => {
        if (request.command.type === 'Progress') throw unavailable('event_store_unavailable', 'Away');
      },
    );
    expect(await runner.attempt()).toEqual({ done: true });
  });

  test('survives a short outage of the command side without doing the work again', async () => {
    let outages = 2;
    const run = vi.fn<Worker<Payload>['run']>(async () => [command('Complete')]);
    const runner = await startRunner(probeWorker(run), async (request) => {
      if (request.command.type === 'Complete' && outages-- > 0)
        throw unavailable('event_store_unavailable', 'Away');
    });
    expect(await runner.attempt()).toEqual({ done: true });
    expect(run).toHaveBeenCalledOnce();
    expect(runner.types()).toEqual(['StartStep', 'Complete']);
  });
});

describe('a failed attempt', () => {
  test('is recorded as not final and tried again after the backoff', async () => {
    const runner = await startRunner(probeWorker(() => Promise.reject(new Error('ffprobe crashed'))));
    expect(await runner.attempt()).toEqual({ retryInSeconds: 5, error: 'ffprobe crashed' });
    expect(runner.sent.at(-1)?.command.data).toEqual({
      ...{ mediaId: 'm1', code: 'unexpected_error', message: 'ffprobe crashed', attempt: 1, final: false },
      retryAt: '2026-11-21T10:00:05.000Z',
    });
  });

  test.each<[string, Error]>([
    ['worker', new TypeError("Cannot read properties of undefined (reading 'frames')")],
    ['rules', new ReferenceError('renditions is not defined')],
  ])('is final at once where the fault is in the %s, and the log says where', async (where, fault) => {
    const refused = vi.fn(() => Promise.reject(fault));
    const runner = await startRunner(
      probeWorker(() =>
        where === 'worker' ? Promise.reject(fault) : Promise.resolve([command('Complete')]),
      ),
      async (request) => {
        if (request.command.type === 'Complete') await refused();
      },
    );
    expect(await runner.attempt()).toEqual({
      deadLetter: { code: 'programming_error', message: fault.message },
    });
    expect(refused).toHaveBeenCalledTimes(where === 'rules' ? 1 : 0);
    expect(runner.sent.at(-1)?.command.data).toMatchObject({ code: 'programming_error', final: true });
    expect(logged.error).toHaveBeenCalledWith(
      expect.objectContaining({ stack: expect.stringContaining('job-runner.test') }),
      'a job came upon a fault in the program',
    );
  });

  test.each([
    new TypeError('fetch failed', { cause: new Error('ECONNRESET') }),
    Object.assign(new TypeError('Invalid state: Controller is already closed'), {
      code: 'ERR_INVALID_STATE',
    }),
    new RangeError('Array buffer allocation failed'),
    new RangeError('WebAssembly.Memory(): could not allocate memory'),
    new RangeError('WebAssembly.instantiate(): Out of memory: wasm memory'),
  ])('is tried again where trouble outside only looks like a fault (%s)', async (trouble) => {
    const runner = await startRunner(probeWorker(() => Promise.reject(trouble)));
    expect(await runner.attempt()).toMatchObject({ retryInSeconds: 5 });
  });

  test('is final at the last attempt and becomes a dead letter', async () => {
    const runner = await startRunner(
      probeWorker(() => Promise.reject(unavailable('database_unavailable', 'Disk'))),
    );
    expect(await runner.attempt(job({ attempt: 3 }))).toEqual({
      deadLetter: { code: 'database_unavailable', message: 'Disk' },
    });
    expect(runner.sent.at(-1)?.command.data).toMatchObject({ final: true, retryAt: null, attempt: 3 });
  });

  test('is final at once when trying again cannot help', async () => {
    const runner = await startRunner(probeWorker(() => Promise.reject(unsupported('not_media', 'No video'))));
    expect(await runner.attempt()).toEqual({ deadLetter: { code: 'not_media', message: 'No video' } });
    expect(runner.sent.at(-1)?.command.data).toMatchObject({ final: true, code: 'not_media' });
  });

  test('removes its work folder too', async () => {
    const runner = await startRunner(probeWorker(() => Promise.reject(new Error('no'))));
    await runner.attempt();
    expect(readdirSync(workRoot)).toEqual([]);
  });

  test('keeps the job when its failure cannot be recorded, even at the last attempt', async () => {
    const runner = await startRunner(
      probeWorker(() => Promise.reject(new Error('no'))),
      async (request) => {
        if (request.command.type === 'FailStep') throw new Error('a fault in the rules');
      },
    );
    expect(await runner.attempt(job({ attempt: 3 }))).toEqual({ retryInSeconds: 20, error: 'no' });
  });

  test('is told for as long as the store is away and nobody else has the job', async () => {
    let tries = 0;
    const runner = await startRunner(
      probeWorker(() => Promise.reject(new Error('no'))),
      async (request) => {
        if (request.command.type !== 'FailStep') return;
        tries++;
        throw unavailable('event_store_unavailable', 'Away');
      },
    );
    const outcome = runner.attempt(job({ attempt: 3 }));
    await vi.waitFor(() => expect(tries).toBeGreaterThan(20));
    runner.abort('lease_lost');
    await expect(outcome).rejects.toMatchObject({ code: 'lease_lost' });
  });

  test('still becomes a dead letter when the aggregate refuses to hear of it', async () => {
    const runner = await startRunner(
      probeWorker(() => Promise.reject(unsupported('not_media', 'No video'))),
      async (request) => {
        if (request.command.type === 'FailStep') throw conflict('media_deleted', 'Deleted');
      },
    );
    expect(await runner.attempt()).toMatchObject({ deadLetter: { code: 'not_media' } });
  });

  test('is what a refused result command makes of it', async () => {
    const runner = await startRunner(
      probeWorker(async () => [command('Complete')]),
      async (request) => {
        if (request.command.type === 'Complete') throw conflict('media_deleted', 'Deleted');
      },
    );
    expect(await runner.attempt()).toMatchObject({ deadLetter: { code: 'media_deleted' } });
  });

  test('whose start is refused is done without running: the item is gone, or somebody else has done the work', async () => {
    const run = vi.fn<Worker<Payload>['run']>(async () => [command('Complete')]);
    const runner = await startRunner(probeWorker(run), async (request) => {
      if (request.command.type === 'StartStep') throw conflict('media_deleted', 'Deleted');
    });
    expect(await runner.attempt()).toEqual({ done: true });
    expect(run).not.toHaveBeenCalled();
  });

  test('that is told on the way that it is not wanted any more is done', async () => {
    const runner = await startRunner(
      probeWorker(async (_, { report }) => {
        await report([command('StillWanted')]);
        return [command('Complete')];
      }),
      async (request) => {
        if (request.command.type === 'StillWanted') throw conflict('step_superseded', 'Deleted');
      },
    );
    expect(await runner.attempt()).toEqual({ done: true });
    expect(runner.sent.map((sent) => sent.command.type)).toEqual(['StartStep']);
  });

  test('after the last attempt lost its worker is recorded without running again', async () => {
    const run = vi.fn<Worker<Payload>['run']>(async () => []);
    const runner = await startRunner(probeWorker(run));
    expect(await runner.attempt(job({ attempt: 4 }))).toMatchObject({
      deadLetter: { code: 'attempts_exhausted' },
    });
    expect(run).not.toHaveBeenCalled();
    expect(runner.sent.at(-1)?.command.data).toMatchObject({ code: 'attempts_exhausted', final: true });
  });

  test('for want of a payload that fits is final, and recorded for the one it is about', async () => {
    const runner = await startRunner(probeWorker(async () => expect.unreachable()));
    const reason = { code: 'invalid_payload', message: expect.stringContaining('blobKey') };
    expect(await runner.attempt(job({ payload: { mediaId: 'm1' } }))).toEqual({ deadLetter: reason });
    expect(runner.sent.map(({ command }) => command)).toEqual([
      command('FailStep', { mediaId: 'm1', ...reason, attempt: 1, final: true, retryAt: null }),
    ]);
  });

  test('for want of a payload that tells whom it is about is a dead letter, and the log says so', async () => {
    const runner = await startRunner(probeWorker(async () => expect.unreachable()));
    expect(await runner.attempt(job({ payload: { mediaId: 7 } }))).toMatchObject({
      deadLetter: { code: 'invalid_payload', message: expect.stringContaining('mediaId') },
    });
    expect(runner.sent).toEqual([]);
    expect(logged.error).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ kind: 'probe' }),
      'failed attempt could not be recorded',
    );
  });
});

describe('an interrupted attempt', () => {
  const heedless = () => probeWorker(() => new Promise(() => {}));

  test('over its time limit is a failure like any other, even when the worker ignores its signal', async () => {
    const runner = await startRunner(heedless());
    const outcome = runner.attempt();
    await vi.waitFor(() => expect(runner.types()).toEqual(['StartStep']));
    runner.abort('time_limit_exceeded');
    expect(await outcome).toMatchObject({ retryInSeconds: 5 });
    expect(runner.sent.at(-1)?.command.data).toMatchObject({ code: 'time_limit_exceeded', final: false });
  });

  test('over a time limit that it would reach again is given up', async () => {
    const worker = heedless();
    const runner = await startRunner({ ...worker, policy: { ...worker.policy, timeLimitIsFinal: true } });
    const outcome = runner.attempt();
    await vi.waitFor(() => expect(runner.types()).toEqual(['StartStep']));
    runner.abort('time_limit_exceeded');
    expect(await outcome).toMatchObject({ deadLetter: { code: 'time_limit_exceeded' } });
    expect(runner.sent.at(-1)?.command.data).toMatchObject({ code: 'time_limit_exceeded', final: true });
  });

  test('that stayed too long in a slot for short work is told to wait, and never the last', async () => {
    const runner = await startRunner(heedless());
    const outcome = runner.attempt(job({ attempt: 3 }));
    await vi.waitFor(() => expect(runner.types()).toEqual(['StartStep']));
    runner.abort('overstayed');
    expect(await outcome).toMatchObject({ retryInSeconds: expect.any(Number) });
    expect(runner.sent.at(-1)?.command.data).toMatchObject({ code: 'overstayed', final: false });
  });

  test.each(['shutting_down', 'lease_lost', 'cancelled'] as const)(
    'by %s is no failure and sends nothing',
    async (code) => {
      const runner = await startRunner(
        probeWorker(async (_, { signal }) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          throw new Error('ffmpeg was killed');
        }),
      );
      const outcome = runner.attempt();
      await vi.waitFor(() => expect(runner.types()).toEqual(['StartStep']));
      runner.abort(code);
      await expect(outcome).rejects.toMatchObject({ code });
      expect(runner.types()).toEqual(['StartStep']);
    },
  );

  test('that lost its lease does not send the result it still got', async () => {
    const runner = await startRunner(
      probeWorker(async (_, { signal, report }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await expect(report([command('Progress')])).rejects.toMatchObject({ code: 'lease_lost' });
        return [command('Complete')];
      }),
    );
    const outcome = runner.attempt();
    await vi.waitFor(() => expect(runner.types()).toEqual(['StartStep']));
    runner.abort('lease_lost');
    await expect(outcome).rejects.toMatchObject({ code: 'lease_lost' });
    expect(runner.types()).toEqual(['StartStep']);
  });
});

describe('at start', () => {
  test('folders of attempts a crash left behind are removed, and nothing else', async () => {
    mkdirSync(join(workRoot, `${randomUUID()}-2`, 'deep'), { recursive: true });
    mkdirSync(join(workRoot, 'models'));
    await startRunner(probeWorker(async () => []));
    expect(readdirSync(workRoot)).toEqual(['models']);
  });

  test('each worker listens with its own concurrency and policy', async () => {
    const worker = probeWorker(async () => []);
    const { work } = await startRunner(worker);
    expect(work).toHaveBeenCalledExactlyOnceWith(
      'probe',
      { concurrency: 2, policy: worker.policy },
      expect.any(Function),
    );
  });
});
