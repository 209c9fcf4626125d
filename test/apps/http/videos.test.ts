import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { getJson, historyOf, type Item, isSettled, waitForItem } from '../../e2e/support/client.js';
import { probeUrl } from '../../e2e/support/media-files.js';
import { turnClockwise } from '../../support/turn-clockwise.js';
import { filePart, form, mediaIdOf, sendForm } from './support/client.js';
import { aac, h264, lavfi, make, makeGoodClip, picture, sound } from './support/clips.js';
import { playEverything } from './support/play.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

/** Several videos are processed, perhaps beside other suites. */
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
let server: TestServer;

beforeAll(async () => {
  // What the models make of test patterns is not the question here.
  server = await startServer(path('data'), {
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
    MEDIAFLOW_METADATA_AT_INGESTION: 'accept',
  });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

async function settled(file: string, filename?: string): Promise<Item> {
  const mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(file, filename))));
  return await waitForItem(server.url, mediaId, isSettled, 60);
}

/** It is published with every step done, and its playlists lead to bytes that ffprobe takes for a video. */
async function expectPlayable(item: Item): Promise<{ kinds: string[]; durationSeconds: number }> {
  expect(item).toMatchObject({ status: 'published', failure: null });
  expect(item.steps.filter(({ status }) => status !== 'completed')).toEqual([]);
  await playEverything(`${server.url}${item.playbackUrl}`);
  return probeUrl(`${server.url}${item.playbackUrl}`);
}

const metadataOf = (item: Item) =>
  getJson<{
    technical: {
      audio: unknown[];
      video: { rotationDegrees: number; codedWidth: number; codedHeight: number };
    };
    quality: { rungs: { ssim: number | null }[] };
  }>(`${server.url}/v1/media/${item.id}/metadata`);

describe('videos out of the ordinary are played', () => {
  test('without sound, and are called what their file is called, as people write it', async () => {
    const file = await make(path('silent.mp4'), ...picture('160x120', 1), ...h264);
    const item = await settled(file, 'my_silent_film.mp4');
    expect((await expectPlayable(item)).kinds).toEqual(['video']);
    const { quality, ...metadata } = await metadataOf(item);
    expect(metadata).toMatchObject({
      values: [{ field: 'title', value: 'My silent film', source: 'suggestion', isTakenByItself: true }],
      suggestions: { status: 'suggested', failure: null },
    });
    expect(quality).toMatchObject({ width: 160, height: 120, rungs: [{ name: '120p' }] });
    expect(quality.rungs[0]?.ssim).toBeGreaterThan(0.9);
    expect(item.renditions.map(({ kind }) => kind)).toEqual(['video']);
  });

  test('with two audio tracks, of which the default is played, and the other one where a viewer chooses it', async () => {
    const maps = ['-map', '0:v', '-map', '1:a', '-map', '2:a', '-disposition:a:1', 'default'];
    const told = ['-metadata:s:a:0', 'language=ger', '-metadata:s:a:0', 'title=Über "den\n" Film'];
    const file = await make(
      path('two-tracks.mkv'),
      ...[...picture('160x120', 1), ...sound(1), ...sound(1, 880)],
      ...[...maps, '-disposition:a:0', 'comment', ...told, ...h264, ...aac],
    );
    const item = await settled(file);
    expect((await expectPlayable(item)).kinds).toEqual(['audio', 'video']);
    expect((await metadataOf(item)).technical.audio).toHaveLength(2);
    expect(item.audioTracks).toEqual([
      {
        ...{ rendition: 'audio', name: 'Audio', language: null, title: null, channels: 1, isDefault: true },
        ...{ isDescription: false, isCommentary: false },
      },
      {
        ...{ rendition: 'audio-1', name: 'Deutsch – Über ”den ” Film', language: 'de', channels: 1 },
        ...{ title: 'Über "den " Film', isDefault: false, isDescription: false, isCommentary: true },
      },
    ]);
    const playlist = await (await fetch(`${server.url}${item.playbackUrl}`)).text();
    expect(playlist.split('\n').filter((line) => line.includes('TYPE=AUDIO'))).toEqual([
      expect.stringMatching(
        /,NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,URI="audio-[0-9a-f]{8}\/playlist.m3u8"$/,
      ),
      expect.stringMatching(
        /,LANGUAGE="de",NAME="Deutsch – Über ”den ” Film",DEFAULT=NO,AUTOSELECT=NO,URI="audio-1-[0-9a-f]{8}\/playlist.m3u8"$/,
      ),
    ]);
  });

  test('with a second sound of a codec that is not taken, which is told to be left out', async () => {
    const maps = ['-map', '0:v', '-map', '1:a', '-map', '2:a', '-c:a:0', 'aac', '-c:a:1', 'tta'];
    const tracks = [...picture('160x120', 1), ...sound(1), ...sound(1, 880), ...maps, ...h264];
    const item = await settled(await make(path('left-out.mkv'), ...tracks));
    expect((await expectPlayable(item)).kinds).toEqual(['audio', 'video']);
    const leftOut = [{ streamIndex: 2, kind: 'audio', codec: 'tta', reason: 'codec_not_taken' }];
    expect(item).toMatchObject({ leftOut });
    const listed = await getJson<{ items: Item[] }>(`${server.url}/v1/media`);
    expect(listed.items.find(({ id }) => id === item.id)).toMatchObject({ leftOut });
  });

  test('rotated: upright, with width and height as shown', async () => {
    const file = await make(path('rotated.mp4'), ...picture('320x180', 1), ...h264);
    await turnClockwise(file);
    const item = await settled(file);
    await expectPlayable(item);
    expect(item).toMatchObject({ width: 180, height: 320 });
    expect((await metadataOf(item)).technical.video).toMatchObject({ codedWidth: 320, codedHeight: 180 });
    for (const rendition of item.renditions as unknown as { width: number; height: number }[])
      expect(rendition.height).toBeGreaterThan(rendition.width);
  });

  test('of odd width and height', async () => {
    const odd = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p'];
    const source = lavfi('testsrc=size=161x121:rate=25:duration=1');
    const item = await settled(await make(path('odd.mp4'), ...source, ...odd));
    await expectPlayable(item);
    expect(item).toMatchObject({ width: 161, height: 121 });
  });

  test('of a single frame', async () => {
    const file = await make(path('one.mp4'), ...picture('160x120', 1), '-frames:v', '1', ...h264);
    const { kinds } = await expectPlayable(await settled(file));
    expect(kinds).toEqual(['video']);
  });

  test('of 16 × 16 pixels', async () => {
    const item = await settled(await make(path('tiny.mp4'), ...picture('16x16', 1), ...h264));
    await expectPlayable(item);
    expect(item).toMatchObject({ width: 16, height: 16 });
  });

  test('of varying frame rate', async () => {
    const file = await make(
      path('varying.mp4'),
      ...picture('160x120', 2, 30),
      ...['-vf', "select='if(lt(t,1),1,not(mod(n,5)))'", '-fps_mode', 'vfr', ...h264],
    );
    const { durationSeconds } = await expectPlayable(await settled(file));
    expect(durationSeconds).toBeGreaterThan(1.7);
    expect(durationSeconds).toBeLessThan(2.3);
  });
});

describe('what is no video fails once, and says why', () => {
  const expectFailed = async (item: Item, codes: readonly string[]) => {
    expect(item).toMatchObject({ status: 'failed', playbackUrl: null });
    expect(codes).toContain(item.failure?.code);
    const types = (await historyOf(server.url, item.id)).map(({ type }) => type);
    expect(types.at(-1)).toBe('ProcessingFailed');
    expect(types).not.toContain('StepAttemptFailed');
  };

  test('text, an archive and noise named .mp4', async () => {
    await writeFile(path('text.mp4'), 'This is no video.\n'.repeat(100));
    await writeFile(path('archive.mp4'), Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(2000, 7)]));
    await writeFile(path('zeros.mp4'), Buffer.alloc(10_000));
    for (const name of ['text.mp4', 'archive.mp4', 'zeros.mp4'])
      await expectFailed(await settled(path(name)), ['not_media', 'forbidden_format', 'corrupt_media']);
  });

  test('a video without its index', async () => {
    const whole = await readFile(await makeGoodClip(path('whole.mp4'), 2));
    await writeFile(path('no-moov.mp4'), whole.subarray(0, whole.indexOf('moov') - 4));
    await expectFailed(await settled(path('no-moov.mp4')), ['corrupt_media']);
  });

  test.each([
    [
      'an HLS playlist',
      (target: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${target}\n#EXT-X-ENDLIST\n`,
    ],
    [
      'an HLS playlist with an absolute address',
      (target: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${target}\n#EXT-X-ENDLIST\n`,
    ],
    ['a concat script', (target: string) => `ffconcat version 1.0\nfile '${target}'\n`],
    [
      'a DASH manifest',
      (target: string) =>
        `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation><BaseURL>${target}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    ],
    [
      'a session description',
      (target: string) => `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\na=control:${target}\nm=video 9 RTP/AVP 96\n`,
    ],
  ])('%s dressed as a video opens no other file', async (_what, script) => {
    const secret = await makeGoodClip(path('secret.mp4'), 1);
    // Also where a relative name would be looked for.
    await writeFile(path('dressed.mp4'), script(secret));
    const item = await settled(path('dressed.mp4'));
    await expectFailed(item, ['forbidden_format', 'not_media']);
    expect(JSON.stringify(await historyOf(server.url, item.id))).not.toContain('h264');
  });
});

describe('damaged videos', () => {
  test('cut in half: the part that is there is played', async () => {
    const front = await make(
      path('front.mp4'),
      ...[...picture('160x120', 2), ...sound(2), ...h264, ...aac],
      ...['-movflags', '+faststart', '-g', '10'],
    );
    const bytes = await readFile(front);
    await writeFile(path('half.mp4'), bytes.subarray(0, bytes.length / 2));
    const item = await settled(path('half.mp4'));
    if (item.status === 'published') await playEverything(`${server.url}${item.playbackUrl}`);
    else expect(item).toMatchObject({ status: 'failed', failure: { code: 'corrupt_media' } });
  });

  test('with noise in the middle: it is played, says that it is damaged, or waits for a person who can look at more of it', async () => {
    const bytes = await readFile(await makeGoodClip(path('sound-and.mp4'), 2));
    const damaged = Buffer.from(bytes);
    for (let at = Math.floor(bytes.length / 3); at < bytes.length / 2; at++) damaged[at] = (at * 7919) % 256;
    await writeFile(path('noise.mp4'), damaged);
    const item = await settled(path('noise.mp4'));
    if (item.status === 'published') await playEverything(`${server.url}${item.playbackUrl}`);
    else if (item.status === 'in_review')
      expect(item).toMatchObject({ moderation: { rule: 'too_few_frames' } });
    else expect(item).toMatchObject({ status: 'failed', failure: { code: 'corrupt_media' } });
  });

  test('named as something else: the bytes count, not the name', async () => {
    await copyFile(await makeGoodClip(path('good.mp4'), 1), path('good.txt'));
    await expectPlayable(await settled(path('good.txt'), 'concat:a.txt|b.txt'));
  });
});
