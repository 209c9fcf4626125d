import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createAccess } from '../../../src/apps/http/access.js';
import { healthRoutes } from '../../../src/apps/http/health.js';
import {
  jobQueueCheck,
  projectionsCheck,
  relayCheck,
  videoToolsCheck,
} from '../../../src/apps/wire/checks.js';
import { conflict, unavailable } from '../../../src/core/errors.js';
import type { ProjectionStatus, RebuildProgress } from '../../../src/core/projection-store.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediaflow-checks-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('tools that take long to be found are told as being looked for, and the process is ready', async () => {
  const slow = join(folder, 'slow');
  const isGo = join(folder, 'go');
  await writeFile(slow, `#!/bin/sh\nuntil [ -e '${isGo}' ]; do sleep 0.1; done\necho hello\n`, {
    mode: 0o755,
  });
  const tools = createFfmpegVideoTools({ ffmpegPath: slow, ffprobePath: slow, sandbox: 'off' });
  const server = fastify();
  const checks = { videoTools: videoToolsCheck(tools) };
  healthRoutes(server, { roles: ['worker'], checks, access: createAccess([]) });
  const ready = await server.inject('/health/ready');
  expect([ready.statusCode, ready.json()]).toEqual([
    200,
    expect.objectContaining({
      status: 'ready',
      dependencies: {
        videoTools: { status: 'degraded', detail: 'ffmpeg and ffprobe are still being looked for' },
      },
    }),
  ]);
  await writeFile(isGo, '');
  await expect
    .poll(async () => (await checks.videoTools()).detail, { timeout: 10_000 })
    .toContain('is not ffprobe');
  await server.close();
});

const progress = (version: number, fraction: number | null): RebuildProgress => ({
  ...{ active: true, version, fraction, position: '1', head: '9' },
  ...{ eventsApplied: 1, eventsPerSecond: 1, etaSeconds: null, startedAt: '2026-01-01T00:00:00.000Z' },
  message: null,
});
const view = (fields: Partial<ProjectionStatus> & { readonly name: string }): ProjectionStatus => ({
  ...{ version: 1, status: 'live', position: '9', head: '9', lagEvents: 0, failure: null, rebuild: null },
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...fields,
});

test('readiness names views that stand still: those that failed, and those that a new release fills anew', async () => {
  const told = (...views: ProjectionStatus[]) => projectionsCheck(async () => views)();
  expect(await told(view({ name: 'tags' }))).toEqual({ status: 'ok' });
  // One that is filled anew on demand goes on meanwhile.
  const onDemand = view({ name: 'tags', status: 'rebuilding', rebuild: progress(1, 0.5) });
  expect(await told(onDemand)).toEqual({ status: 'ok' });
  const raised = view({ name: 'jobs', status: 'rebuilding', rebuild: progress(2, 0.429) });
  const waiting = view({ name: 'media-library', rebuild: progress(2, null) });
  expect(await told(view({ name: 'tags', status: 'failed' }), raised, waiting)).toEqual({
    status: 'degraded',
    detail: 'failed: tags; stands still while it is filled anew: jobs (42 %), media-library',
  });
});

test('while Kafka does not say how much waits, the queue is degraded, and it has failed where the database does not', async () => {
  const presence = { takers: async () => new Map() };
  const asked = (depth: () => Promise<never>) => jobQueueCheck({ depth }, presence)();
  const kafkaSays = 'No topic mediaflow.jobs.probe.short: `mediaflow topics create` makes it';
  expect(await asked(() => Promise.reject(unavailable('kafka_unavailable', kafkaSays)))).toEqual({
    status: 'degraded',
    detail: kafkaSays,
  });
  expect(await asked(() => new Promise(() => {}))).toMatchObject({ status: 'degraded' });
  await expect(asked(() => Promise.reject(conflict('job_queue_stopped', 'stopped')))).rejects.toThrow(
    'stopped',
  );
});

test('a relay whose Kafka answers and takes nothing is told with what Kafka says, not as well', async () => {
  const standing = {
    ...{ name: 'relay', isActive: false, position: '', lagEvents: 3, isAheadOfLog: false, handledEvents: 0 },
    failure: 'Kafka: Not authorized to access topics: [Topic authorization failed]',
  };
  const check = (status: typeof standing | (Omit<typeof standing, 'failure'> & { failure: null })) =>
    relayCheck({ trouble: async () => undefined }, async () => status)();
  expect(await check(standing)).toEqual({
    status: 'degraded',
    detail: `publishes no further: ${standing.failure}`,
  });
  expect(await check({ ...standing, failure: null })).toEqual({
    status: 'ok',
    detail: 'stands by, 3 events behind',
  });
});
