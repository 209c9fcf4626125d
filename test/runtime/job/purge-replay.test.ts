import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createPgBossJobQueue } from '../../../src/adapters/pg-boss/job-queue.js';
import type { BlobStore } from '../../../src/core/blob-store.js';
import { unsupported } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';
import { NO_REQUEST } from '../../../src/core/request-origin.js';
import { aggregates, eventDefinitions, type MediaFlowEvent } from '../../../src/domain/index.js';
import type { MediaCommand } from '../../../src/domain/media/media-commands.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';
import { createCommandHandler } from '../../../src/runtime/command/handle-command.js';
import { runWorkers } from '../../../src/runtime/job/job-runner.js';
import { jobPolicies } from '../../../src/workers/policies.js';
import { purgeWorker } from '../../../src/workers/purge.js';
import { mediaId, registration } from '../../kit/media-fixtures.js';
import { createTestDatabase } from '../../support/database.js';

const database = await createTestDatabase();
const workRoot = mkdtempSync(join(tmpdir(), 'mediaflow-purge-'));
const queue = await createPgBossJobQueue({
  ...{ connectionString: database.url, logger: silentLogger, exclusive: true },
  kinds: [{ kind: 'purge', policy: jobPolicies.purge }],
});
afterAll(async () => {
  await queue.stop({ graceSeconds: 0 });
  await database.drop();
  rmSync(workRoot, { recursive: true, force: true });
});

test('an item tells that its purge was given up, and a replay brings it to its end', async () => {
  const store = createMemoryEventStore();
  const handle = createCommandHandler<MediaCommand, MediaFlowEvent>({
    ...{ store, aggregates: Object.values(aggregates), now: () => '2026-11-21T10:00:00.000Z' },
    codec: createEventCodec<MediaFlowEvent>(eventDefinitions),
  });
  const send = (command: MediaCommand, commandId: string = randomUUID()) =>
    handle({ commandId, command, correlationId: mediaId, causationId: null, actor: 'test', ...NO_REQUEST });
  await send(registration);
  await send({ type: 'DeleteMedia', data: { mediaId } });

  const remove = vi
    .fn<BlobStore['remove']>()
    .mockRejectedValueOnce(unsupported('forbidden_output', 'Read-only'));
  await runWorkers({
    ...{ queue, workRoot, random: () => 0.5, logger: silentLogger },
    workers: [
      purgeWorker({
        blobs: { remove } as unknown as BlobStore,
        ...{ eraseItem: async () => {}, findPull: async () => undefined },
      }),
    ],
    execute: ({ commandId, command }) => send(command as MediaCommand, commandId),
    clock: () => '2026-11-21T10:00:00.000Z',
  });
  const told = async () =>
    (await store.readStream(`media-${mediaId}`)).slice(2).map(({ type, data }) => [type, data]);
  const failed = ['MediaPurgeFailed', { mediaId, code: 'forbidden_output', message: 'Read-only' }];

  const id = randomUUID();
  const cause = { correlationId: mediaId, causationId: 'cause', ...NO_REQUEST };
  await queue.enqueue([{ id, kind: 'purge', key: mediaId, payload: { mediaId }, ...cause }]);
  await vi.waitFor(async () => expect(await queue.deadLetter(id)).toBeDefined(), 15_000);
  expect(await told()).toEqual([failed]);
  await queue.replay(id);
  await vi.waitFor(async () => expect(await told()).toEqual([failed, ['MediaPurged', { mediaId }]]), 15_000);
});
