import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Item, isSettled, postJson, upload, waitForItem } from '../e2e/support/client.js';
import { type Product, startProduct } from '../e2e/support/product.js';
import { speakInto, wordErrorRate } from '../support/speech.js';
import { openPlayer, type Player } from './open-player.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'mediaflow-browser-'));
const at = (name: string) => join(folder, name);
const filmSeconds = 12;
const songSeconds = 10;
let player: Player;
let product: Product;
let film: Item;
let song: Item;
let talk: Item;
const said = 'We went to the market to buy bread and milk.';
const silenceSeconds = 3;
/** Of each of the three, on a machine whose cores many share. */
const PATIENCE_SECONDS = 300;

async function makeFilm(path: string): Promise<void> {
  writeFileSync(
    at('en.srt'),
    '1\n00:00:01,000 --> 00:00:05,000\nGood morning\n\n2\n00:00:06,000 --> 00:00:11,000\nGood <i>night</i>\n',
  );
  const chapter = (title: string, from: number, to: number) =>
    `[CHAPTER]\nTIMEBASE=1/1\nSTART=${from}\nEND=${to}\ntitle=${title}\n`;
  writeFileSync(at('chapters'), `;FFMETADATA1\n${chapter('Dawn', 0, 6)}${chapter('Dusk', 6, filmSeconds)}`);
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=25:duration=${filmSeconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${filmSeconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=880:duration=${filmSeconds}`],
    ...['-i', at('en.srt'), '-i', at('chapters')],
    ...[
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-map',
      '2:a',
      '-map',
      '3:s',
      '-map_metadata',
      '4',
      '-map_chapters',
      '4',
    ],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-c:s', 'subrip'],
    ...[
      '-metadata:s:a:0',
      'language=eng',
      '-metadata:s:a:1',
      'language=deu',
      '-metadata:s:a:1',
      'title=Deutsch',
    ],
    ...['-metadata:s:s:0', 'language=eng', '-disposition:a:0', 'default', path],
  ]);
}

/** In which somebody says something after a silence, of which nobody wrote subtitles. */
async function makeTalk(path: string): Promise<void> {
  speakInto(at('said.wav'), { text: said, silenceSeconds });
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-i', at('said.wav')],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest', path],
  ]);
}

const isDone = (item: Item) =>
  isSettled(item) && item.steps.every(({ status }) => status === 'completed' || status === 'failed');

async function publish(file: string): Promise<Item> {
  const { mediaId } = await upload(product.url, file);
  const { status } = await waitForItem(product.url, mediaId, isSettled, PATIENCE_SECONDS);
  if (status === 'in_review')
    await postJson(`${product.url}/v1/media/${mediaId}/review`, { decision: 'approve', reason: 'a test' });
  const isReady = (item: Item) => item.status === 'published' && isDone(item);
  return waitForItem(product.url, mediaId, isReady, PATIENCE_SECONDS);
}

const open = ({ playbackUrl }: Item, ...level: number[]) =>
  player.call('load', `${product.url}${playbackUrl}`, ...level);

beforeAll(
  async () => {
    player = await openPlayer();
    product = await startProduct(at('data'), { MEDIAFLOW_CORS_ORIGINS: player.origin });
    await makeFilm(at('film.mkv'));
    await run('ffmpeg', [
      ...[
        '-v',
        'error',
        '-y',
        '-f',
        'lavfi',
        '-i',
        `sine=frequency=660:duration=${songSeconds}`,
        at('song.flac'),
      ],
    ]);
    await makeTalk(at('talk.mp4'));
    [film, song, talk] = await Promise.all([
      publish(at('film.mkv')),
      publish(at('song.flac')),
      publish(at('talk.mp4')),
    ]);
  },
  2 * PATIENCE_SECONDS * 1000,
);
afterAll(async () => {
  await player?.close();
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface End {
  readonly endedAt: number;
  readonly durationSeconds: number;
  readonly errors: readonly string[];
}

describe('a film in a browser', () => {
  test('plays in every quality, and to its end, as long as it is, without an error', async () => {
    await open(film);
    const levels = await player.call<number[]>('levels');
    expect(levels).toHaveLength(film.renditions.filter(({ kind }) => kind === 'video').length);
    for (const [level, height] of levels.entries()) {
      await open(film, level);
      expect(await player.call<number>('heightAt', 2)).toBe(height);
    }
    const { endedAt, durationSeconds, errors } = await player.call<End>('playToEnd');
    expect(errors).toEqual([]);
    expect(durationSeconds).toBeCloseTo(filmSeconds, 1);
    expect(endedAt).toBeCloseTo(durationSeconds, 1);
  });

  test('has each of its tracks of sound to choose from, and is heard in the one that was chosen', async () => {
    await open(film);
    expect(await player.call('soundTracks')).toMatchObject([
      { lang: 'en', isDefault: true },
      { lang: 'de', name: 'Deutsch', isDefault: false },
    ]);
    expect(Math.abs((await player.call<number>('heardAt', 2)) - 440)).toBeLessThan(20);
    await player.call('chooseSound', 1);
    expect(Math.abs((await player.call<number>('heardAt', 7)) - 880)).toBeLessThan(20);
  });

  test('has its subtitles to choose from, which are shown at their times', async () => {
    await open(film);
    expect(await player.call('subtitleTracks')).toMatchObject([{ lang: 'en' }]);
    expect(await player.call('subtitleAt', 0, 2)).toBe('Good morning');
    expect(await player.call('subtitleAt', 0, 8)).toBe('Good <i>night</i>');
  });

  test('has its chapters as a track of the player', async () => {
    expect(await player.call('chaptersOf', `${product.url}${film.chaptersUrl}`)).toEqual([
      ['Dawn', 0, 6],
      ['Dusk', 6, filmSeconds],
    ]);
  });
});

test('a film in which somebody speaks has what is said to choose, under a name that says who wrote it, shown while it is said', async () => {
  await open(talk);
  expect(await player.call('subtitleTracks')).toEqual([
    { lang: 'en', name: 'English – automatic', isDefault: false },
  ]);
  expect(await player.call('chosenSubtitles')).toBe(-1);
  const shown = await player.call<string>('subtitleAt', 0, silenceSeconds + 1);
  expect(wordErrorRate(said, shown), shown).toBeLessThanOrEqual(0.1);
  const [[startSeconds, endSeconds] = [], ...others] = await player.call<number[][]>('subtitleTimes');
  expect(others).toEqual([]);
  expect(Math.abs((startSeconds ?? 0) - silenceSeconds)).toBeLessThan(0.4);
  expect(endSeconds).toBeLessThanOrEqual(talk.durationSeconds);
});

test('a song in a browser plays in every quality, and to its end, as long as it is, and sounds as it should', async () => {
  await open(song);
  const levels = await player.call<unknown[]>('levels');
  expect(levels).toHaveLength(song.renditions.length);
  for (const level of levels.keys()) {
    await open(song, level);
    expect(Math.abs((await player.call<number>('heardAt', 3)) - 660)).toBeLessThan(20);
  }
  const { durationSeconds, errors } = await player.call<End>('playToEnd');
  expect(errors).toEqual([]);
  expect(Math.abs(durationSeconds - songSeconds)).toBeLessThan(0.05);
});
