import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { finishPlaylist } from '../../../src/adapters/ffmpeg/finish-playlist.js';
import { bitratesOf } from '../../../src/adapters/ffmpeg/hls-playlist.js';

/** What was written in the sandbox is read outside of it. */
describe('a playlist that an ffmpeg has left which was taken over', () => {
  let root: string;
  let folder: string;
  let victim: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mediaflow-playlist-'));
    folder = join(root, 'work');
    victim = join(root, 'victim');
    await mkdir(folder);
    await writeFile(victim, 'as it was');
    await writeFile(join(folder, 'segment-00000.m4s'), 'first');
    await writeFile(join(folder, 'segment-00001.m4s'), '\0\0\0\x10moof and what is planted');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const withSegments = (first: string, last: string, more = '') =>
    `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI="init.mp4"\n${more}#EXTINF:5.0,\n${first}\n#EXTINF:0.1,\n${last}\n#EXT-X-ENDLIST\n`;
  const finish = async (playlist: string) => {
    await writeFile(join(folder, 'playlist.m3u8'), playlist);
    return finishPlaylist(folder);
  };

  test('has nothing written to a file of others', async () => {
    await expect(finish(withSegments('../victim', 'segment-00001.m4s'))).rejects.toMatchObject({
      kind: 'unsupported',
      code: 'forbidden_output',
    });
    expect(await readFile(victim, 'utf8')).toBe('as it was');
  });

  test('has no file of others read or removed', async () => {
    await expect(finish(withSegments('segment-00000.m4s', '../victim'))).rejects.toMatchObject({
      code: 'forbidden_output',
    });
    expect(await readFile(victim, 'utf8')).toBe('as it was');
    expect(await readFile(join(folder, 'segment-00000.m4s'), 'utf8')).toBe('first');
  });

  test.each([
    '#EXT-X-MAP:URI="../victim"\n',
    '#EXT-X-KEY:METHOD=AES-128,URI="https://elsewhere.example/key"\n',
    '#EXTINF:5.0,\nhttps://elsewhere.example/segment-00000.m4s\n',
  ])('sends no viewer elsewhere: %j', async (more) => {
    const playlist = withSegments('segment-00000.m4s', 'segment-00001.m4s', more);
    await expect(finish(playlist)).rejects.toMatchObject({ code: 'forbidden_output' });
  });

  test('is not read when it is larger than any of ours', async () => {
    await expect(finish(`#EXTM3U\n${'\n'.repeat(17 * 2 ** 20)}`)).rejects.toMatchObject({
      code: 'forbidden_output',
    });
  });

  test('of a hundred thousand segments of no length is measured at once', () => {
    const segments = Array.from({ length: 100_000 }, () => ({ file: '', durationSeconds: 0, sizeBytes: 1 }));
    const startedAt = performance.now();
    bitratesOf(segments, 6);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('is finished when it is as ffmpeg writes it', async () => {
    await finish(withSegments('segment-00000.m4s', 'segment-00001.m4s', '#EXT-X-INDEPENDENT-SEGMENTS\n'));
    expect(await readFile(join(folder, 'segment-00000.m4s'), 'utf8')).toBe(
      'first\0\0\0\x10moof and what is planted',
    );
  });
});
