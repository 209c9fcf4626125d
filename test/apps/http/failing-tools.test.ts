import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson, historyOf, isSettled, waitForItem } from '../../e2e/support/client.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { aac, h264, make, makeGoodClip, picture, sound } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
const tools = { ffmpeg: path('tools/ffmpeg'), ffprobe: path('tools/ffprobe') };
const real = (name: string) => execFileSync('which', [name], { encoding: 'utf8' }).trim();
let server: TestServer;
let clip: string;

interface Readiness {
  readonly status: string;
  readonly dependencies: { readonly videoTools: { readonly status: string; readonly detail: string } };
}

beforeAll(async () => {
  mkdirSync(path('tools'));
  server = await startServer(path('data'), {
    MEDIAFLOW_FFMPEG: tools.ffmpeg,
    MEDIAFLOW_FFPROBE: tools.ffprobe,
    MEDIAFLOW_STALL_SECONDS: '2',
    // The stand-ins below look at files that no sandbox shows them.
    MEDIAFLOW_SANDBOX: 'off',
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
  });
  clip = await makeGoodClip(path('clip.mp4'), 1);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const uploadClip = async (file = clip) => mediaIdOf(await sendForm(server.url, form(await filePart(file))));

const attemptFailures = async (mediaId: string) =>
  (await historyOf(server.url, mediaId))
    .filter(({ type }) => type === 'StepAttemptFailed')
    .map(({ data }) => data as { step: string; code: string; message: string; retryAt: string });

const expectPublished = async (mediaId: string) => {
  const item = await waitForItem(server.url, mediaId, isSettled, 60);
  expect(item).toMatchObject({ status: 'published', failure: null });
  expect(item.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
};

/** Processes started by this one whose command line holds all these words. */
function childrenWith(...words: string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
        const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        const matches = Number(parent) === process.pid && words.every((word) => commandLine.includes(word));
        return matches ? [Number(name)] : [];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}

describe('while ffmpeg is missing', () => {
  test('the service runs, says what is missing, takes uploads, fails them with that reason, and goes on once it is there', {
    timeout: 90_000,
  }, async () => {
    const ready = await fetch(`${server.url}/health/ready`);
    const { status, dependencies } = (await ready.json()) as Readiness;
    expect([ready.status, status, dependencies.videoTools.status]).toEqual([200, 'ready', 'degraded']);
    expect(dependencies.videoTools.detail).toMatch(/ffmpeg[\s\S]*ffprobe/);

    const mediaId = await uploadClip();
    const waiting = await waitForItem(server.url, mediaId, ({ steps }) => steps[0]?.error != null);
    expect(waiting.status).toBe('processing');
    expect(waiting.steps[0]?.error).toMatchObject({ code: 'ffmpeg_missing' });

    const failed = await waitForItem(server.url, mediaId, ({ status }) => status === 'failed', 60);
    expect(failed.failure).toMatchObject({
      code: 'ffmpeg_missing',
      message: expect.stringContaining(tools.ffprobe),
    });
    const letters = async () => {
      type Letters = { items: { key: string; reason: { code: string } }[] };
      return (await getJson<Letters>(`${server.url}/v1/dead-letters`)).items;
    };
    // The item has failed before its job is laid aside.
    await expect.poll(letters).toEqual([
      expect.objectContaining({
        key: mediaId,
        reason: expect.objectContaining({ code: 'ffmpeg_missing' }),
      }),
    ]);

    for (const name of ['ffmpeg', 'ffprobe'] as const) symlinkSync(real(name), tools[name]);
    const now = async () => (await getJson<Readiness>(`${server.url}/health/ready`)).dependencies.videoTools;
    await expect.poll(now, { timeout: 20_000 }).toEqual({
      status: 'ok',
      detail: expect.stringMatching(/^\S+ \(sandbox: off\), \S+ \(sandbox: off\)$/),
    });
    const retried = await fetch(`${server.url}/v1/media/${mediaId}/retry`, { method: 'POST' });
    const { position } = (await retried.json()) as { position: string };
    await getJson(`${server.url}/v1/media/${mediaId}`, { 'mediaflow-after': position });
    await expectPublished(mediaId);
  });
});

describe('an ffmpeg', () => {
  test('that hangs and ignores being asked to end is killed, history says so, and the next attempt succeeds', {
    timeout: 60_000,
  }, async () => {
    rmSync(tools.ffmpeg);
    execFileSync('mkfifo', [path('never-written')]);
    const script = `#!/bin/sh
case "$*" in *-version*|*-encoders*|*-filters*) exec ${real('ffmpeg')} "$@";; esac
[ -e ${path('healed')} ] && exec ${real('ffmpeg')} "$@"
trap '' TERM
read -r nothing <${path('never-written')}
`;
    writeFileSync(tools.ffmpeg, script, { mode: 0o755 });
    const mediaId = await uploadClip();
    await expect
      .poll(async () => await attemptFailures(mediaId), { timeout: 30_000, interval: 100 })
      .toEqual(expect.arrayContaining([expect.objectContaining({ code: 'ffmpeg_stalled' })]));
    writeFileSync(path('healed'), '');
    await expectPublished(mediaId);
    for (const { message, retryAt } of await attemptFailures(mediaId)) {
      expect(message).toContain('no progress');
      expect(Date.parse(retryAt)).not.toBeNaN();
    }
    expect(childrenWith(tools.ffmpeg)).toEqual([]);
  });

  test('killed in the middle of transcoding fails that attempt, history says how, and the next one succeeds', {
    timeout: 90_000,
  }, async () => {
    writeFileSync(path('healed'), '');
    const long = await make(
      path('long.mp4'),
      ...[...picture('640x360', 9, 25), ...sound(9), ...h264, ...aac, '-shortest'],
    );
    const mediaId = await uploadClip(long);
    let victims: number[] = [];
    await expect
      .poll(() => (victims = childrenWith('libx264')), { timeout: 30_000, interval: 10 })
      .not.toEqual([]);
    for (const victim of victims) process.kill(victim, 'SIGKILL');
    await expectPublished(mediaId);
    expect(await attemptFailures(mediaId)).toEqual([
      expect.objectContaining({
        step: 'transcode',
        code: 'ffmpeg_killed',
        message: expect.stringMatching(/\w/),
      }),
    ]);
  });

  test('still running when the server stops is not left behind', { timeout: 60_000 }, async () => {
    rmSync(path('healed'));
    const other = await startServer(path('other'), {
      MEDIAFLOW_FFMPEG: tools.ffmpeg,
      MEDIAFLOW_FFPROBE: real('ffprobe'),
      MEDIAFLOW_SANDBOX: 'off',
    });
    await mediaIdOf(await sendForm(other.url, form(await filePart(clip))));
    await expect
      .poll(() => childrenWith(tools.ffmpeg, path('other')).length, { timeout: 20_000, interval: 50 })
      .toBeGreaterThan(0);
    await other.stop();
    expect(childrenWith(tools.ffmpeg, path('other'))).toEqual([]);
  });
});
