import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { getJson, historyOf, type Item, isSettled, waitForItem } from '../../e2e/support/client.js';
import { queryOn } from '../../e2e/support/external-database.js';
import { probeUrl } from '../../e2e/support/media-files.js';
import { expectViewsLikeRebuilt } from '../../e2e/support/rebuilt-views.js';
import { tablesWith } from '../../support/everything-in.js';
import { cli } from '../cli/support/run-cli.js';
import {
  createTusUpload,
  expectProblem,
  filePart,
  form,
  mediaIdOf,
  patchTus,
  sendForm,
  sendJson,
} from './support/client.js';
import { lavfi, make, picture, sound } from './support/clips.js';
import { playEverything } from './support/play.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

interface Song extends Item {
  readonly type: string;
  readonly contentType: string;
  readonly song: Record<string, unknown> | null;
  readonly derivatives: readonly { readonly name: string; readonly url: string }[];
}

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
let server: TestServer;
const tags = ['title=Zanzibar', 'artist=Quirinius', 'album=Ottokar', 'track=3/12', 'date=1999-02-03'];
const tagged = tags.flatMap((tag) => ['-metadata', tag]);
const mp3 = ['-c:a', 'libmp3lame', '-b:a', '192k', '-id3v2_version', '3'];

beforeAll(async () => {
  // What the models make of test patterns is not the question here.
  server = await startServer(path('data'), {
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
    MEDIAFLOW_METADATA_AT_INGESTION: 'accept',
  });
  await make(path('cover.png'), ...picture('64x64', 1), '-frames:v', '1', '-update', '1');
  await make(path('plain.mp3'), ...sound(3), ...mp3, ...tagged);
  const cover = [
    '-i',
    path('cover.png'),
    '-map',
    '0',
    '-map',
    '1',
    '-c:v',
    'mjpeg',
    '-disposition:v',
    'attached_pic',
  ];
  await make(path('covered.mp3'), ...sound(3), ...cover, ...mp3, ...tagged);
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const settled = async (mediaId: string): Promise<Song> =>
  (await waitForItem(server.url, mediaId, isSettled, 120)) as Song;
const sent = async (file: string, filename?: string): Promise<Song> =>
  settled(await mediaIdOf(await sendForm(server.url, form(await filePart(file, filename)))));

async function sentByCommandLine(file: string): Promise<Song> {
  const env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: path('state') };
  const run = await cli(['upload', file, '--wait', '--json'], env);
  expect(run).toMatchObject({ exitCode: 0 });
  const { items } = JSON.parse(run.stdout) as { items: { mediaId: string }[] };
  const shown = await cli(['status', items[0]?.mediaId ?? ''], env);
  expect(shown.stdout).toContain('Quirinius: Zanzibar (Ottokar, 3 of 12, 1999)');
  return settled(items[0]?.mediaId ?? '');
}

async function sentByTus(file: string): Promise<Song> {
  const bytes = new Uint8Array(await readFile(file));
  const address = await createTusUpload(server.url, bytes.length, { filename: 'my_quiet_song.mp3' });
  const patched = await patchTus(address, 0, bytes);
  expect(patched.status).toBe(204);
  return settled(address.split('/').at(-1) ?? '');
}

async function expectSong(item: Song) {
  expect(item).toMatchObject({
    ...{ status: 'published', failure: null, type: 'audio', contentType: 'audio/mpeg', storyboardUrl: null },
    song: { title: 'Zanzibar', artist: 'Quirinius', album: 'Ottokar', track: 3, trackCount: 12, year: 1999 },
  });
  expect(item.durationSeconds).toBe(3);
  expect(item.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
  expect(item.renditions.map(({ name, kind }) => [name, kind])).toEqual([
    ['64k', 'audio'],
    ['128k', 'audio'],
  ]);
  await playEverything(`${server.url}${item.playbackUrl}`);
  expect((await probeUrl(`${server.url}${item.playbackUrl}`)).kinds).toEqual(['audio']);
}

describe('a song', () => {
  test('without cover art is published without a poster, and says that nobody has listened to it', async () => {
    const item = await sentByCommandLine(path('plain.mp3'));
    await expectSong(item);
    expect(item.posterUrl).toBeNull();
    expect(item.derivatives.map(({ name }) => name)).toEqual(['audio.m4a', 'waveform.json']);
    expect(item.moderation).toMatchObject({ outcome: 'approved', rule: 'sound_not_listened_to' });

    const waveform = await fetch(`${server.url}/v1/media/${item.id}/waveform.json`);
    expect(waveform.headers.get('content-type')).toBe('application/json');
    expect(await waveform.json()).toMatchObject({ version: 2, channels: 1, bits: 8 });
    const { sound: measured } = await getJson<{ sound: object }>(
      `${server.url}/v1/media/${item.id}/metadata`,
    );
    expect(measured).toMatchObject({ durationSeconds: 3, encoderDelaySamples: 1105, clippedSamples: 0 });
    const download = await fetch(`${server.url}/v1/media/${item.id}/audio.m4a`);
    expect([download.status, download.headers.get('content-type')]).toEqual([200, 'audio/mp4']);
    await download.arrayBuffer();
    expect((await fetch(`${server.url}/v1/media/${item.id}/poster.jpg`)).status).toBe(404);
  });

  test('with cover art is published with it as its poster, by tus as well', async () => {
    const item = await sentByTus(path('covered.mp3'));
    await expectSong(item);
    expect(item.moderation?.explanation).toContain('Cover art');
    const poster = await fetch(`${server.url}${item.posterUrl}`);
    expect([poster.status, poster.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    await poster.arrayBuffer();
    expect(await getJson(`${server.url}/v1/media/${item.id}/metadata`)).toMatchObject({
      values: [{ field: 'title', value: 'My quiet song', source: 'suggestion', isTakenByItself: true }],
      suggestions: { status: 'suggested', failure: null },
    });
  });

  test('is found among what is sound, in short where only some fields are asked for', async () => {
    const list = async (query: string) =>
      (await getJson<{ items: Record<string, unknown>[] }>(`${server.url}/v1/media?${query}`)).items;
    const items = await list('type=audio&fields=id,song,durationSeconds&limit=1000');
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(Object.keys(item)).toEqual(['id', 'song', 'durationSeconds']);
    expect(await list('type=video')).toEqual([]);
    const problem = await expectProblem(
      fetch(`${server.url}/v1/media?fields=id,secret`),
      400,
      'unknown_item_field',
    );
    expect(problem.details).toMatchObject({ unknown: ['secret'] });
    await expectProblem(fetch(`${server.url}/v1/media?limit=1000`), 400, 'invalid_request');
  });

  test('is nowhere once it is deleted, and its views come out of history the same', async () => {
    const item = await sent(path('plain.mp3'), 'Zanzibar.mp3');
    const query = queryOn((await findEmbeddedPostgres(server.dataFolder)) ?? '');
    const others = (await getJson<{ items: Song[] }>(`${server.url}/v1/media?type=audio`)).items;
    for (const { id } of others)
      expect((await sendJson(`${server.url}/v1/media/${id}`, undefined, { method: 'DELETE' })).status).toBe(
        202,
      );
    const isPurged = async () =>
      (await historyOf(server.url, item.id)).some(({ type }) => type === 'MediaPurged');
    await expect.poll(isPurged, { timeout: 60_000 }).toBe(true);
    expect((await fetch(`${server.url}/v1/media/${item.id}/waveform.json`)).status).toBe(404);
    await expectViewsLikeRebuilt(server.url, query);
    const written = ['Zanzibar', 'Quirinius', 'Ottokar'];
    await expect.poll(() => tablesWith(query, written), { timeout: 60_000 }).toEqual([]);
  });
});

describe('what is no song', () => {
  test('fails once, and says why', async () => {
    const playlist = path('playlist.mp3');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(playlist, '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n/etc/passwd\n#EXT-X-ENDLIST\n');
    const item = await sent(playlist);
    expect(item).toMatchObject({ status: 'failed', playbackUrl: null });
    expect(['forbidden_format', 'not_media']).toContain(item.failure?.code);
  });

  test('is a video of nothing but its picture', async () => {
    const item = await sent(await make(path('video.mp4'), ...lavfi('color=size=64x64:rate=5:duration=1')));
    expect(item).toMatchObject({ status: 'published', type: 'video' });
  });
});
