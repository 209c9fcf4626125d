import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOnlyOne } from '../../../src/core/derivative.js';
import type { StepRow } from '../../../src/domain/media/steps/step-row.js';
import { stepTable } from '../../../src/domain/media/steps/step-table.js';
import { getJson, type Item, isSettled, waitForItem } from '../../e2e/support/client.js';
import { expectProblem, filePart, form, mediaIdOf, sendForm, textPart } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { addressesOf } from './support/play.js';
import { playbackPaths } from './support/playback-paths.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
let server: TestServer;
let bytes: Buffer;
let mediaId: string;
let segment: string;
let playlist: string;

const address = (path: string) => `${server.url}/v1/media/${mediaId}/${path}`;
const original = (headers: Record<string, string> = {}) => fetch(address('original'), { headers });

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), { MEDIAFLOW_MODERATION_REVIEW_AT: '1' });
  const clip = await makeGoodClip(join(folder.path, 'clip.mp4'), 1);
  bytes = await readFile(clip);
  mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(clip, 'a "näme"\n.mp4'))));
  await waitForItem(server.url, mediaId, isSettled, 50);
  const { playlists, files } = await addressesOf(address('hls/master.m3u8'));
  playlist = playlists[0] ?? '';
  segment = files.find((file) => file.endsWith('.m4s')) ?? '';
});
afterAll(async () => {
  await server.stop();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const body = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('ranges', () => {
  test('of the first, the middle and the last bytes', async () => {
    const size = bytes.length;
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 0],
      ['bytes=0-99', 0, 99],
      ['bytes=100-', 100, size - 1],
      [`bytes=${size - 1}-`, size - 1, size - 1],
      ['bytes=-1', size - 1, size - 1],
      ['bytes=-500', size - 500, size - 1],
      [`bytes=-${size * 2}`, 0, size - 1],
      [`bytes=10-${size * 10}`, 10, size - 1],
    ] as const) {
      const response = await original({ range });
      expect(response.status, range).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${size}`);
      expect(response.headers.get('content-length')).toBe(String(end - start + 1));
      expect((await body(response)).equals(bytes.subarray(start, end + 1)), range).toBe(true);
    }
  });

  test('beyond the end are refused with the size', async () => {
    for (const range of [`bytes=${bytes.length}-`, 'bytes=99999999999-', 'bytes=-0']) {
      const response = await original({ range });
      expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
      await expectProblem(response, 416, 'range_not_satisfiable');
    }
  });

  test('several at once, of other units or without sense, are the whole file', async () => {
    for (const range of ['bytes=0-1,5-6', 'lines=0-1', 'bytes=5-2', 'bytes=-', 'bytes=a-b', 'bytes']) {
      const response = await original({ range });
      expect(response.status, range).toBe(200);
      expect((await body(response)).equals(bytes), range).toBe(true);
    }
  });

  test('count only for the bytes that If-Range names', async () => {
    const etag = (await original()).headers.get('etag') ?? '';
    expect((await original({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    expect((await original({ range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
    expect((await original({ range: 'bytes=0-9', 'if-range': `W/${etag}` })).status).toBe(200);
  });
});

test('the sound is named in the language the file tells', async () => {
  expect(await (await fetch(address('hls/master.m3u8'))).text()).toContain('LANGUAGE="de",NAME="Deutsch"');
});

describe('every address of playback', () => {
  const expected = (): [string, string, string][] => [
    [address('hls/master.m3u8'), 'application/vnd.apple.mpegurl', 'public, no-cache'],
    [playlist, 'application/vnd.apple.mpegurl', 'public, no-cache'],
    [segment, 'video/iso.segment', 'public, max-age=300, immutable'],
    [segment.replace(/segment-\d+\.m4s/, 'init.mp4'), 'video/mp4', 'public, max-age=300, immutable'],
    ...Object.values<StepRow>(stepTable)
      .filter(({ media }) => media.includes('video'))
      .flatMap(({ derivatives = [] }) => derivatives)
      .filter(isOnlyOne)
      // There is nothing to be read in this film, and it is too short for chapters.
      .filter(({ path }) => path !== 'text.json' && path !== 'scenes.json')
      .map(({ path, contentType }): [string, string, string] => [
        ...([address(path), String(contentType), 'public, no-cache'] as const),
      ]),
    [address('storyboard.vtt'), 'text/vtt', 'public, no-cache'],
    [address('storyboard/sprite-000.jpg'), 'image/jpeg', 'public, no-cache'],
    [address('original'), 'video/mp4', 'private, no-cache'],
  ];

  test('says what it is and how long it may be kept, and HEAD says the same without the bytes', async () => {
    for (const [url, type, cache] of expected()) {
      const got = await fetch(url);
      const length = (await body(got)).byteLength;
      expect([got.status, got.headers.get('content-type'), got.headers.get('cache-control')], url).toEqual([
        200,
        expect.stringContaining(type),
        cache,
      ]);
      expect(got.headers.get('access-control-allow-origin')).toBe('*');
      const head = await fetch(url, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')], url).toEqual([200, String(length)]);
      expect(head.headers.get('etag')).toBe(got.headers.get('etag'));
      expect((await body(head)).byteLength).toBe(0);
    }
  });

  test('is not sent again to who has it', async () => {
    for (const [url] of expected()) {
      const etag = (await fetch(url)).headers.get('etag') ?? '';
      for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await fetch(url, { headers: { 'if-none-match': condition } });
        expect([again.status, again.headers.get('etag')], `${url} ${condition}`).toEqual([304, etag]);
        expect((await body(again)).byteLength).toBe(0);
      }
      expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    }
  });

  test('leads nowhere outside the item', async () => {
    const hls = (rest: string) => address(`hls/${rest}`);
    const rendition = segment.split('/').at(-2) ?? '';
    for (const file of [
      '..%2f..%2foriginal',
      '%2e%2e%2fplaylist.m3u8',
      'a%2fb',
      '.hidden',
      '%00',
      'x'.repeat(150),
    ])
      expect([400, 404], file).toContain((await fetch(hls(`${rendition}/${file}`))).status);
    await expectProblem(fetch(hls(`${rendition}/nothing.m4s`)), 404, 'file_not_found');
    await expectProblem(fetch(hls('360p-00000000/playlist.m3u8')), 404, 'rendition_not_found');
    await expectProblem(fetch(address('storyboard/poster.jpg')), 404, 'file_not_found');
  });
});

test('an animated preview is told by its item, moves, and is served in parts', async () => {
  const item = await getJson<Item>(`${server.url}/v1/media/${mediaId}`);
  expect(item.previewGifUrl).toBe(`/v1/media/${mediaId}/preview.gif`);
  const whole = await body(await fetch(`${server.url}${item.previewGifUrl}`));
  expect(whole.subarray(0, 6).toString('latin1')).toBe('GIF89a');
  expect(whole.includes('NETSCAPE2.0')).toBe(true);
  const part = await fetch(address('preview.gif'), { headers: { range: 'bytes=0-5' } });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 0-5/${whole.length}`]);
  expect((await body(part)).toString('latin1')).toBe('GIF89a');
});

test('the original is saved under its own name, and never acts as a page', async () => {
  const response = await original();
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''a%20/,
  );
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain('sandbox');
});

test('a viewer who leaves in the middle of a file does no harm', async () => {
  for (let round = 0; round < 20; round++) {
    const leaving = new AbortController();
    const response = await fetch(address('original'), { signal: leaving.signal });
    const reader = response.body?.getReader();
    leaving.abort();
    await reader?.read().catch(() => {});
  }
  expect((await original()).status).toBe(200);
});

test('an item that has failed has nothing to play', async () => {
  const failed = await mediaIdOf(await sendForm(server.url, form(textPart('no video'))));
  await waitForItem(server.url, failed, ({ status }) => status === 'failed');
  for (const path of playbackPaths(failed))
    await expectProblem(fetch(`${server.url}${path}`), 404, 'media_not_playable');
});
