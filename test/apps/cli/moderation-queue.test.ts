import { writeFileSync } from 'node:fs';
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
let otherId: string;

beforeAll(async () => {
  folder = temporaryFolder();
  const clip = await makeGoodClip(join(folder.path, 'clip.mp4'));
  // The policy rejects everything.
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_MODERATION_REVIEW_AT: '0',
    MEDIAFLOW_MODERATION_REJECT_AT: '0',
  });
  env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, 'state') };
  const second = await makeGoodClip(join(folder.path, 'second.mp4'), 1);
  const sent = await cli(['upload', clip, second, '--wait', '--json'], env);
  expect(sent.exitCode).toBe(5);
  [mediaId, otherId] = JSON.parse(sent.stdout).items.map((item: { mediaId: string }) => item.mediaId);
}, 120_000);

afterAll(async () => {
  await server?.stop();
  folder?.remove();
});

test('what the policy rejected is listed on request, with where it can be looked at, and may be approved', async () => {
  expect(await cli(['queue'], env)).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: 'Nothing waits for a person.\n',
  });

  const rejected = await cli(['queue', '--status', 'rejected'], env);
  expect(rejected.stdout).toMatch(new RegExp(`${mediaId} .*clip.mp4`));
  expect(rejected.stderr).toContain('`mediaflow review ID --approve --reason TEXT`');
  expect(rejected.stderr).not.toContain('--reject');
  const [lookAt = ''] = /http:\S+\/ID\/original/.exec(rejected.stderr) ?? [];
  expect((await fetch(lookAt.replace('ID', mediaId))).status).toBe(200);

  const unknown = '00000000-0000-8000-8000-000000000000';
  const reviewed = await cli(
    ['review', mediaId, unknown, otherId, '--approve', '--reason', 'False alarms'],
    env,
  );
  expect(reviewed).toMatchObject({
    exitCode: 4,
    stdout: `${mediaId} is approved.\n${otherId} is approved.\n`,
    stderr: expect.stringContaining('(media_not_found)'),
  });
  const none = await cli(['queue', '--status', 'rejected'], env);
  expect(none).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: 'Nothing is rejected that a person may still approve.\n',
  });
});

const bands = { person: { at: 0.6 } };
const houseRules = {
  version: 'house rules',
  classes: { adult: bands, suggestive: bands, violence: bands, graphic: bands, text: bands },
};

test('the policy that is in force is shown, and a file is checked without a server', async () => {
  const shown = await cli(['moderation', 'policy'], env);
  expect(shown.stdout).toMatch(/^built-in {2}[\da-f]{12} {2}\(built in\)\n/);
  expect(shown.stdout).toContain('adult       a person from 0 % in any frame; rejected from 0 % in 30 %');
  expect(shown.stdout).toContain('words       none are looked for');
  expect(JSON.parse((await cli(['moderation', 'policy', '--json'], env)).stdout)).toMatchObject({
    ...{ version: 'built-in', source: 'built-in', sound: 'publish' },
    classes: { suggestive: { person: { at: 0, share: 0.25 }, reject: null } },
  });

  const path = join(folder.path, 'policy.json');
  writeFileSync(path, JSON.stringify({ ...houseRules, words: { en: ['rude', 'very rude'], de: ['frech'] } }));
  const withWords = await cli(['moderation', 'policy', '--check', path], env);
  expect(withWords.stdout).toContain('words       a person is told of 2 of en, 1 of de');
  writeFileSync(path, '{ "version": "7",\n "classes": {} }');
  const checked = await cli(['moderation', 'policy', '--check', path], {
    MEDIAFLOW_URL: 'http://127.0.0.1:1',
  });
  expect(checked).toMatchObject({ exitCode: 2, stdout: '' });
  expect(checked.stderr).toContain('line 2: classes.adult is missing');
});
