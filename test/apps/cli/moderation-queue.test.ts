import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeGoodClip } from '../http/support/clips.js';
import {
  startServer,
  type TemporaryFolder,
  type TestServer,
  temporaryFolder,
} from '../http/support/server.js';
import { cli } from './support/run-cli.js';

let folder: TemporaryFolder;
let server: TestServer;
let env: Record<string, string>;
let mediaId: string;

beforeAll(async () => {
  folder = temporaryFolder();
  const clip = await makeGoodClip(join(folder.path, 'clip.mp4'));
  // The policy rejects everything.
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_MODERATION_REVIEW_AT: '0',
    MEDIAFLOW_MODERATION_REJECT_AT: '0',
  });
  env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
  const sent = await cli(['upload', clip, '--wait', '--json'], env);
  expect(sent.exitCode).toBe(5);
  mediaId = JSON.parse(sent.stdout).items[0].mediaId;
}, 120_000);

afterAll(async () => {
  await server?.stop();
  folder?.remove();
});

test('what the policy rejected is listed on request, with where it can be looked at, and may be approved', async () => {
  expect(await cli(['queue'], env)).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: 'Nothing waits for a review.\n',
  });

  const rejected = await cli(['queue', '--status', 'rejected'], env);
  expect(rejected.stdout).toMatch(new RegExp(`${mediaId} .*clip.mp4`));
  expect(rejected.stderr).toContain('`mediaflow review ID --approve --reason TEXT`');
  expect(rejected.stderr).not.toContain('--reject');
  const [lookAt = ''] = /http:\S+\/ID\/original/.exec(rejected.stderr) ?? [];
  expect((await fetch(lookAt.replace('ID', mediaId))).status).toBe(200);

  expect((await cli(['review', mediaId, '--approve', '--reason', 'A false alarm'], env)).exitCode).toBe(0);
  const none = await cli(['queue', '--status', 'rejected'], env);
  expect(none).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: 'Nothing is rejected that a person may still approve.\n',
  });
});
