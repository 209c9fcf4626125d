import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { getJson, historyOf, type Item, isSettled, waitForItem } from '../../e2e/support/client.js';
import { queryOn } from '../../e2e/support/external-database.js';
import { expectViewsLikeRebuilt } from '../../e2e/support/rebuilt-views.js';
import { tablesWith } from '../../support/everything-in.js';
import { cli } from '../cli/support/run-cli.js';
import { expectProblem, filePart, form, mediaIdOf, sendForm, sendJson } from './support/client.js';
import { aac, german, h264, make, picture, sound } from './support/clips.js';
import { addressesOf, playEverything } from './support/play.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
let server: TestServer;
let film: Item;

const cue = (text: string) => `1\n00:00:00,500 --> 00:00:01,500\n${text}\n`;
const chapter = (start: number, end: number, title: string) =>
  `[CHAPTER]\nTIMEBASE=1/1\nSTART=${start}\nEND=${end}\ntitle=${title}\n`;

beforeAll(async () => {
  // What the models make of test patterns is not the question here.
  server = await startServer(path('data'), { MEDIAFLOW_MODERATION_REVIEW_AT: '1' });
  await writeFile(path('one.srt'), cue('<b>Good</b> evening'));
  await writeFile(path('none.srt'), cue('\u200b'));
  await writeFile(
    path('chapters.txt'),
    `;FFMETADATA1\n${chapter(0, 1, 'Zanzibar')}${chapter(1, 2, 'Ottokar')}`,
  );
  const inputs = ['one.srt', 'none.srt', 'chapters.txt'].flatMap((name) => ['-i', path(name)]);
  const tracks = ['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-map_chapters', '4', '-c:s', 'copy'];
  const titled = [
    '-metadata:s:s:0',
    'title=Quirinius',
    '-metadata:s:s:0',
    'language=eng',
    '-disposition:s:0',
    'default',
  ];
  await make(
    path('film.mkv'),
    ...[...picture('160x120', 2), ...sound(2), ...inputs, ...tracks, ...h264, ...aac, ...german, ...titled],
  );
  const mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(path('film.mkv')))));
  // Who asks all along has answers at hand that are of before.
  const asked = setInterval(() => void fetch(`${server.url}/v1/media/${mediaId}/hls/master.m3u8`), 50);
  film = await waitForItem(server.url, mediaId, isSettled, 120).finally(() => clearInterval(asked));
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const fetched = async (address: string) => {
  const response = await fetch(new URL(address, server.url));
  return [response.status, response.headers.get('content-type'), await response.text()];
};

describe('a film with subtitles and chapters', () => {
  test('is published with each track that can be shown, and tells of that which cannot', async () => {
    expect(film).toMatchObject({
      ...{ status: 'published', failure: null },
      subtitleTracks: [
        {
          ...{ name: 'English – Quirinius', language: 'en', title: 'Quirinius' },
          ...{ isDefault: true, isForced: false, isForHearingImpaired: false, isCommentary: false },
        },
      ],
      leftOut: [{ streamIndex: 3, kind: 'subtitle', codec: 'subrip', reason: 'cannot_be_decoded' }],
    });
    expect(film.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
    const { technical } = await getJson<{ technical: object }>(`${server.url}/v1/media/${film.id}/metadata`);
    expect(technical).toMatchObject({ leftOut: [{ streamIndex: 3, reason: 'cannot_be_decoded' }] });
  });

  test('offers them in the playlist, which leads to their text', async () => {
    const [, , master] = await fetched(film.playbackUrl ?? '');
    expect(master).toContain(
      'NAME="English – Quirinius",DEFAULT=YES,AUTOSELECT=YES,URI="../subtitles/2.m3u8"',
    );
    expect(String(master).match(/SUBTITLES="subtitles"/g)).toHaveLength(film.renditions.length - 1);
    await playEverything(`${server.url}${film.playbackUrl}`);
    const { files } = await addressesOf(`${server.url}${film.playbackUrl}`);
    const address = `${server.url}${film.subtitleTracks[0]?.url}`;
    expect(files).toContain(address);
    const [status, contentType, vtt] = await fetched(address);
    expect([status, contentType]).toEqual([200, 'text/vtt']);
    // The encoder of the sound has put 23 ms before everything.
    expect(vtt).toBe(
      'WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n00:00:00.523 --> 00:00:01.523\n<b>Good</b> evening\n',
    );
  });

  test('gives its chapters to players', async () => {
    expect(await fetched(film.chaptersUrl ?? '')).toEqual([
      ...[200, 'text/vtt'],
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nZanzibar\n\n00:00:01.000 --> 00:00:02.000\nOttokar\n',
    ]);
  });

  test('is told by the command line with both', async () => {
    const env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: path('state') };
    const { stdout } = await cli(['status', film.id], env);
    expect(stdout).toMatch(/subtitles\s+.*English – Quirinius/);
    expect(stdout).toContain('chapters.vtt');
    expect(stdout).toContain('subtitle 3 (subrip): it cannot be decoded');
  });

  test('is nowhere once it is deleted, and its views come out of history the same', async () => {
    const query = queryOn((await findEmbeddedPostgres(server.dataFolder)) ?? '');
    const address = `${server.url}/v1/media/${film.id}`;
    expect((await sendJson(address, undefined, { method: 'DELETE' })).status).toBe(202);
    const isPurged = async () =>
      (await historyOf(server.url, film.id)).some(({ type }) => type === 'MediaPurged');
    await expect.poll(isPurged, { timeout: 60_000 }).toBe(true);
    await expectProblem(fetch(`${address}/subtitles/2.vtt`), 404, 'media_not_playable');
    await expectProblem(fetch(`${address}/chapters.vtt`), 404, 'media_not_playable');
    await expectViewsLikeRebuilt(server.url, query);
    await expect
      .poll(() => tablesWith(query, ['Zanzibar', 'Quirinius', 'Ottokar']), { timeout: 60_000 })
      .toEqual([]);
  });
});
