import { execFile, execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson, historyOf, type Item, isSettled, postJson, waitForItem } from '../../e2e/support/client.js';
import { descendantsOf } from '../../support/child-processes.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { aac, h264, make, picture, sound } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const run = promisify(execFile);
const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
const real = execFileSync('which', ['ffmpeg'], { encoding: 'utf8' }).trim();
const chunked = {
  ...{ MEDIAFLOW_CHUNKS_FROM_SECONDS: '60', MEDIAFLOW_CHUNK_SECONDS: '30' },
  MEDIAFLOW_MODERATION_REVIEW_AT: '1',
};
const closed = ['-g', '40', '-bf', '2'];
let server: TestServer;

beforeAll(async () => {
  // The second chunk fails for good while there is one file, and is killed once where there is another.
  const script = `#!/bin/sh
case "$*" in *trim=start_pts=360*) [ -e ${path('broken')} ] && { echo "Decoder h264 not found" >&2; exit 1; };; esac
case "$*" in *trim=start_pts=360*) [ -e ${path('killing')} ] && { rm ${path('killing')}; kill -9 $$; };; esac
# One track of sound cannot be encoded.
case "$*" in *audio-3/*) echo "Decoder aac not found" >&2; exit 1;; esac
exec ${real} "$@"
`;
  writeFileSync(path('ffmpeg'), script, { mode: 0o755 });
  server = await startServer(path('data'), {
    ...{ ...chunked, MEDIAFLOW_FFMPEG: path('ffmpeg') },
    // The stand-in looks at a file that no sandbox shows it.
    MEDIAFLOW_SANDBOX: 'off',
  });
}, 60_000);
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const film = (name: string, size: string) =>
  make(path(name), ...picture(size, 66, 10), ...sound(66), ...h264, ...closed, ...aac);
const upload = async (file: string) => mediaIdOf(await sendForm(server.url, form(await filePart(file))));
const stepsOf = ({ steps }: Item) =>
  Object.fromEntries(
    steps
      .map(({ step, status }) => [step, status])
      .filter(([step]) => /transcode|chunk|join|preview/.test(step ?? '')),
  );

/** When each frame of the picture is shown that a player gets, in milliseconds behind the first. */
async function framesPlayed({ playbackUrl }: Item, rendition: number): Promise<number[]> {
  const words = ['-v', 'error', '-i', `${server.url}${playbackUrl}`, '-map', `0:v:${rendition}`];
  const output = ['-f', 'framecrc', '-enc_time_base:v', '1:1000', '-vsync', 'passthrough', '-'];
  const { stdout } = await run(real, [...words, ...output], { maxBuffer: 64 << 20 });
  const times = stdout.split('\n').flatMap((line) => (/^0,/.test(line) ? [Number(line.split(',')[2])] : []));
  return times.map((time) => time - (times[0] ?? 0));
}

/** Samples of the sound that a player gets, 48,000 a second. */
async function soundPlayed({ playbackUrl }: Item, track = 0): Promise<Float32Array> {
  const words = [
    '-v',
    'error',
    '-i',
    `${server.url}${playbackUrl}`,
    '-map',
    `0:a:${track}`,
    '-ac',
    '1',
    '-f',
    'f32le',
    '-',
  ];
  const { stdout } = await run(real, words, { encoding: 'buffer', maxBuffer: 64 << 20 });
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length & ~3)));
}

/** The largest step from one sample to the next between two times: a click is a large one. */
function steepest(samples: Float32Array, fromSeconds: number, toSeconds: number): number {
  let most = 0;
  for (let at = fromSeconds * 48_000; at < toSeconds * 48_000; at += 1)
    most = Math.max(most, Math.abs((samples[at + 1] ?? 0) - (samples[at] ?? 0)));
  return most;
}
const everyTenth = Array.from({ length: 660 }, (_, frame) => frame * 100);

describe('a film that is long enough', () => {
  test('is encoded in chunks beside its sound, joined once, and played without a seam', {
    timeout: 300_000,
  }, async () => {
    const mediaId = await upload(await film('one-rung.mp4', '160x120'));
    const item = await waitForItem(server.url, mediaId, isSettled, 200);
    expect(item).toMatchObject({ status: 'published', failure: null });
    expect(stepsOf(item)).toEqual({
      ...{ transcode: 'completed', 'chunk:001': 'completed', 'chunk:002': 'completed', join: 'completed' },
    });
    expect(await framesPlayed(item, 0)).toEqual(everyTenth);
    const heard = await soundPlayed(item);
    expect(heard.length / 48_000).toBeCloseTo(66, 1);
    expect(steepest(heard, 35, 37)).toBeLessThan(steepest(heard, 10, 20) * 1.05);
    expect(steepest(heard, 35, 37)).toBeGreaterThan(0);
    const history = await historyOf(server.url, mediaId);
    expect(
      history
        .filter(({ type }) => type === 'RenditionCompleted')
        .map(({ data }) => (data.rendition as { name: string }).name)
        .toSorted(),
    ).toEqual(['120p', 'audio']);
  });

  test('of several rungs has its preview in one piece, before the chunks of all others, and every further track of its sound that can be encoded', {
    timeout: 300_000,
  }, async () => {
    const sounds = [...sound(66), ...sound(40, 1000), ...sound(66, 2000)];
    const maps = ['-map', '0', '-map', '1', '-map', '2', '-map', '3'];
    const mediaId = await upload(
      await make(
        path('two-rungs.mkv'),
        ...[...picture('640x360', 66, 10), ...sounds, ...maps, ...h264, ...closed, ...aac],
      ),
    );
    const item = await waitForItem(server.url, mediaId, isSettled, 150);
    expect(item).toMatchObject({ status: 'published', failure: null });
    expect(Object.values(stepsOf(item))).toEqual(['completed', 'completed', 'completed', 'completed']);
    expect(item.audioTracks.map(({ rendition }) => rendition)).toEqual(['audio', 'audio-2']);
    expect(item.steps.find(({ step }) => step === 'audio-track:3')).toMatchObject({
      ...{ status: 'failed', error: { code: 'unsupported_codec' } },
    });
    const heard = await Promise.all([soundPlayed(item, 0), soundPlayed(item, 1)]);
    for (const { length } of heard) expect(Math.abs(length / 48_000 - 66)).toBeLessThan(0.1);
    expect(stepsOf(item)).not.toHaveProperty('transcode');
    for (const rendition of [0, 1]) expect(await framesPlayed(item, rendition)).toEqual(everyTenth);
  });

  test('of which a chunk fails says which, and a retry encodes that one alone', {
    timeout: 300_000,
  }, async () => {
    writeFileSync(path('broken'), '');
    const mediaId = await upload(path('one-rung.mp4'));
    const failed = await waitForItem(server.url, mediaId, isSettled, 200);
    rmSync(path('broken'));
    expect(failed).toMatchObject({ status: 'failed', failure: { step: 'join', code: 'chunks_missing' } });
    expect(stepsOf(failed)).toMatchObject({
      'chunk:001': 'completed',
      'chunk:002': 'failed',
      join: 'failed',
    });
    const letters = await getJson<{ items: { kind: string; key: string }[] }>(
      `${server.url}/v1/dead-letters`,
    );
    expect(
      letters.items
        .filter(({ key }) => key.startsWith(mediaId))
        .map(({ kind, key }) => `${kind} ${key}`)
        .toSorted(),
      // Of rungs that are not there nobody can tell how good they are.
    ).toEqual([`chunk ${mediaId}/002`, `join ${mediaId}`, `quality ${mediaId}`]);
    await postJson(`${server.url}/v1/media/${mediaId}/retry`, {});
    const item = await waitForItem(server.url, mediaId, ({ status }) => status === 'published', 120);
    expect(await framesPlayed(item, 0)).toEqual(everyTenth);
    const begun = (await historyOf(server.url, mediaId))
      .filter(({ type }) => type === 'StepStarted')
      .map(({ data }) => data.step);
    expect(begun.filter((step) => step === 'chunk:001')).toHaveLength(1);
    expect(begun.filter((step) => step === 'chunk:002')).toHaveLength(2);
  });

  test('of which an encoder is killed has that chunk encoded once more, in a place of its own, and no frame twice', {
    timeout: 300_000,
  }, async () => {
    writeFileSync(path('killing'), '');
    const mediaId = await upload(path('one-rung.mp4'));
    const item = await waitForItem(server.url, mediaId, isSettled, 150);
    expect(item).toMatchObject({ status: 'published', failure: null });
    expect(await framesPlayed(item, 0)).toEqual(everyTenth);
    const history = await historyOf(server.url, mediaId);
    const killed = history.filter(({ type }) => type === 'StepAttemptFailed').map(({ data }) => data);
    expect(killed).toMatchObject([{ step: 'chunk:002', attempt: 1, code: 'ffmpeg_killed' }]);
    const places = history
      .filter(({ type }) => type === 'ChunkEncoded')
      .map(({ data }) => (data.chunk as { blobPrefix: string }).blobPrefix.split('-').at(-1));
    expect(places.toSorted()).toEqual(['1', '2']);
  });

  test('that is deleted has no chunk encoded any more', { timeout: 240_000 }, async () => {
    const scene = await make(path('scene.mp4'), ...picture('400x224', 4, 25), ...h264);
    const long = await make(path('long.mp4'), '-stream_loop', '60', '-i', scene, '-c', 'copy');
    const mediaId = await upload(long);
    await waitForItem(
      server.url,
      mediaId,
      ({ steps }) => steps.some(({ step, status }) => step.startsWith('chunk:') && status === 'running'),
      200,
    );
    expect((await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' })).status).toBeLessThan(300);
    const encoders = async () => (await descendantsOf(process.pid)).filter(({ name }) => name === 'ffmpeg');
    await expect.poll(encoders, { timeout: 60_000, interval: 20 }).toEqual([]);
    const jobs = async () =>
      (
        await getJson<{ items: { subjectId: string; kind: string; status: string }[] }>(
          `${server.url}/v1/jobs?limit=500`,
        )
      ).items.filter(({ subjectId }) => subjectId === mediaId);
    await expect.poll(jobs, { timeout: 60_000 }).toMatchObject([{ kind: 'purge', status: 'completed' }]);
    expect(existsSync(path(`data/blobs/media/${mediaId}`))).toBe(false);
  });
});
