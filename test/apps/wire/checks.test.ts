import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createAccess } from '../../../src/apps/http/access.js';
import { healthRoutes } from '../../../src/apps/http/health.js';
import { videoToolsCheck } from '../../../src/apps/wire/checks.js';

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
