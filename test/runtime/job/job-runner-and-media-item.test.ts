import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { unsupported } from '../../../src/core/errors.js';
import type { JobConsumer } from '../../../src/core/job-consumer.js';
import type { JsonObject } from '../../../src/core/json.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import type { JobHandler, JobOutcome } from '../../../src/core/running-job.js';
import { aggregates, eventDefinitions, type MediaFlowEvent } from '../../../src/domain/index.js';
import type { AttemptOf, MediaCommand } from '../../../src/domain/media/media-commands.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';
import { createCommandHandler } from '../../../src/runtime/command/handle-command.js';
import { runWorkers } from '../../../src/runtime/job/job-runner.js';
import { stepWorker } from '../../../src/workers/step-worker.js';
import { mediaId, registration } from '../../kit/media-fixtures.js';
import { createTestLease } from '../../support/job-lease.js';

const MAXIMUM_ATTEMPTS = 4;

let workRoot: string;
beforeEach(() => {
  workRoot = mkdtempSync(join(tmpdir(), 'mediaflow-runner-'));
});
afterEach(() => rmSync(workRoot, { recursive: true, force: true }));

/** An uploaded item whose probe is to be done by the real worker frame, the real rules and this work. */
async function uploadedItem(run: (held: AttemptOf) => Promise<readonly MediaCommand[]>) {
  const store = createMemoryEventStore();
  const handle = createCommandHandler<MediaCommand, MediaFlowEvent>({
    store,
    aggregates: Object.values(aggregates),
    codec: createEventCodec<MediaFlowEvent>(eventDefinitions),
    now: () => '2026-11-21T10:00:00.000Z',
  });
  const send = (command: MediaCommand, commandId: string = randomUUID()) =>
    handle({ commandId, command, correlationId: mediaId, causationId: null, actor: 'test', ...NO_REQUEST });
  await send(registration);
  await send({
    type: 'CompleteUpload',
    data: { mediaId, blobKey: 'media/m1/original', sizeBytes: 9, sha256: '0'.repeat(64) },
  });

  const work = vi.fn<JobConsumer['work']>(async () => {});
  await runWorkers({
    queue: { delivers: 'once', work },
    workers: [stepWorker({ step: 'probe', concurrency: 1, run: (_, held) => run(held) })],
    execute: ({ commandId, command }) => send(command as MediaCommand, commandId),
    workRoot,
    clock: () => '2026-11-21T10:00:00.000Z',
    random: () => 0.5,
    logger: silentLogger,
    sendPausesSeconds: [],
  });
  const handler = work.mock.calls[0]?.[2] as JobHandler;
  const id = randomUUID();
  return {
    attempt: (
      attempt: number,
      payload: JsonObject = { mediaId, blobKey: 'media/m1/original' },
    ): Promise<JobOutcome> =>
      handler(
        {
          ...{ id, kind: 'probe', key: mediaId, payload },
          ...{
            correlationId: mediaId,
            causationId: 'cause',
            ...NO_REQUEST,
            attempt,
            maximumAttempts: MAXIMUM_ATTEMPTS,
          },
        },
        createTestLease().lease,
      ),
    async lastEvents(count: number) {
      return (await store.readStream(`media-${mediaId}`)).slice(-count).map(({ type, data }) => [type, data]);
    },
  };
}

test('an item whose worker dies in every attempt is told that its processing has failed', async () => {
  const item = await uploadedItem(() => new Promise(() => {}));
  for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt++) {
    void item.attempt(attempt);
    await vi.waitFor(async () =>
      expect(await item.lastEvents(1)).toMatchObject([['StepStarted', { attempt }]]),
    );
  }
  expect(await item.attempt(MAXIMUM_ATTEMPTS + 1)).toMatchObject({
    deadLetter: { code: 'attempts_exhausted' },
  });
  expect(await item.lastEvents(2)).toMatchObject([
    ['StepFailed', { step: 'probe', code: 'attempts_exhausted' }],
    ['ProcessingFailed', { step: 'probe', code: 'attempts_exhausted' }],
  ]);
});

test('an item whose worker has no folder to work in is told that its processing has failed', async () => {
  const item = await uploadedItem(async () => []);
  rmSync(workRoot, { recursive: true });
  writeFileSync(workRoot, 'no folder');
  expect(await item.attempt(MAXIMUM_ATTEMPTS)).toMatchObject({ deadLetter: {} });
  expect(await item.lastEvents(2)).toMatchObject([
    ['StepFailed', { step: 'probe' }],
    ['ProcessingFailed', { step: 'probe' }],
  ]);
});

test('a failure whose message no database can store is recorded all the same', async () => {
  const half = '🎬'.slice(0, 1);
  const item = await uploadedItem(() => Promise.reject(new Error(`a\0b ${half} ${'x'.repeat(2_000_000)}`)));
  expect(await item.attempt(MAXIMUM_ATTEMPTS)).toMatchObject({ deadLetter: {} });
  expect(await item.lastEvents(1)).toMatchObject([
    ['ProcessingFailed', { message: expect.stringMatching(/^ab \ufffd x{100}/) }],
  ]);
});

test('an item whose job is not told what it needs is told that its processing has failed, at once', async () => {
  const item = await uploadedItem(async () => expect.unreachable());
  expect(await item.attempt(1, { mediaId })).toMatchObject({ deadLetter: { code: 'invalid_payload' } });
  expect(await item.lastEvents(2)).toMatchObject([
    ['StepFailed', { step: 'probe', code: 'invalid_payload' }],
    ['ProcessingFailed', { step: 'probe', message: expect.stringContaining('blobKey') }],
  ]);
});

test('an item whose worker brings a command that nobody takes is told that its processing has failed, at once', async () => {
  const unknown = { type: 'RecordNobodyKnowsWhat', data: { mediaId } } as unknown as MediaCommand;
  const item = await uploadedItem(async () => [unknown]);
  const reason = { code: 'unknown_command', message: expect.stringContaining('RecordNobodyKnowsWhat') };
  expect(await item.attempt(1)).toEqual({ deadLetter: reason });
  expect(await item.lastEvents(1)).toMatchObject([['ProcessingFailed', { step: 'probe', ...reason }]]);
});

test('a job that failed for good, of which its queue did not hear, is its dead letter without running again', async () => {
  const run = vi.fn(async () => Promise.reject(unsupported('forbidden_format', 'No video')));
  const item = await uploadedItem(run);
  const deadLetter = { code: 'forbidden_format', message: 'No video' };
  expect(await item.attempt(1)).toEqual({ deadLetter });
  const told = await item.lastEvents(9);
  expect(await item.attempt(2)).toEqual({ deadLetter });
  expect(run).toHaveBeenCalledTimes(1);
  expect(await item.lastEvents(9)).toEqual(told);
});
