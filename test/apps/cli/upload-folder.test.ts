import { randomBytes } from 'node:crypto';
import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  startServer,
  type TemporaryFolder,
  type TestServer,
  temporaryFolder,
} from '../http/support/server.js';
import { type LineProxy, startLineProxy } from './support/line-proxy.js';
import { cli, startCli } from './support/run-cli.js';

const MEGABYTE = 1024 * 1024;

interface SentItem {
  readonly file: string;
  readonly exitCode: number;
  readonly mediaId?: string;
  readonly wasSent?: boolean;
}

let folder: TemporaryFolder;
let server: TestServer;
let proxy: LineProxy;
let env: Record<string, string>;
let proxyEnv: Record<string, string>;
/** A folder of this test alone. */
let album: string;
let runs = 0;

const put = async (name: string, bytes: Uint8Array | string = randomBytes(1000)) => {
  await mkdir(join(album, name, '..'), { recursive: true });
  await writeFile(join(album, name), bytes);
};
const itemsOf = ({ stdout }: { readonly stdout: string }) =>
  (JSON.parse(stdout) as { items: SentItem[] }).items;
const namesOf = (items: readonly SentItem[]) => items.map(({ file }) => file.slice(album.length + 1));
const upload = (...more: string[]) => cli(['upload', album, '--json', ...more], env);

beforeAll(async () => {
  folder = temporaryFolder();
  server = await startServer(join(folder.path, 'data'));
  proxy = await startLineProxy(server.url);
});
beforeEach(async () => {
  album = join(folder.path, `album-${runs}`);
  env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: join(folder.path, `state-${runs++}`) };
  proxyEnv = { ...env, MEDIAFLOW_URL: proxy.url };
  await mkdir(album);
});
afterAll(async () => {
  await proxy?.close();
  await server?.stop();
  folder?.remove();
});

describe('mediaflow upload of a folder', () => {
  it('sends the media in it and in the folders in it, and says what it leaves out', async () => {
    for (const name of ['b.mp4', 'a.JPG', 'deep/er/song.flac', '.hidden.mp4', '.cache/x.mp4', 'notes.txt'])
      await put(name);
    await put('main.ts', 'export const x = 1;');
    await put('stream.ts', Buffer.concat([Buffer.from('G'), randomBytes(500)]));
    await symlink(join(album, 'b.mp4'), join(album, 'link.mp4'));
    await symlink(album, join(album, 'round'));
    const run = await cli(['upload', album, '--tags', 'album'], env);
    expect(run.exitCode).toBe(0);
    for (const name of ['a.JPG', 'b.mp4', join('deep', 'er', 'song.flac'), 'stream.ts'])
      expect(run.stdout).toMatch(new RegExp(`✓ .*${name} `));
    expect(run.stdout.trim().split('\n')).toHaveLength(4);
    expect(run.stderr).toContain('2 no media by their names (1 .ts, 1 .txt)');
    expect(run.stderr).toContain('2 hidden; 2 links or no regular files');
    expect(run.stderr).toContain('4 files sent.');
  });

  it('sends nothing twice: only what is new or changed is sent when the folder is sent again', async () => {
    for (const name of ['one.mp4', 'two.mp4', 'three.mp4']) await put(name);
    const first = itemsOf(await upload());
    expect(namesOf(first)).toEqual(['one.mp4', 'three.mp4', 'two.mp4']);
    await put('four.mp4');
    await put('two.mp4', randomBytes(2000));
    const again = await upload();
    expect(again.exitCode).toBe(0);
    const second = itemsOf(again);
    expect(namesOf(second.filter(({ wasSent }) => !wasSent))).toEqual(['four.mp4', 'two.mp4']);
    const idOf = (items: readonly SentItem[], name: string) =>
      items.find(({ file }) => file.endsWith(name))?.mediaId;
    expect(idOf(second, 'one.mp4')).toBe(idOf(first, 'one.mp4'));
    expect(idOf(second, 'two.mp4')).not.toBe(idOf(first, 'two.mp4'));
    expect((await cli(['upload', album], env)).stderr).toContain('0 files sent, 4 had been sent before.');
    const all = itemsOf(await upload('--again'));
    expect(all.filter(({ wasSent }) => wasSent)).toEqual([]);
  });

  it('sends a file again that the server knows nothing of, and one of another date', async () => {
    await put('one.mp4');
    await upload();
    await utimes(join(album, 'one.mp4'), new Date(), new Date(0));
    expect(itemsOf(await upload())).toMatchObject([{ exitCode: 0 }]);
    const other = await startServer(join(folder.path, `other-${runs}`), {});
    try {
      const [item] = itemsOf(await cli(['upload', album, '--json', '--url', other.url], env));
      expect(item).not.toHaveProperty('wasSent');
    } finally {
      await other.stop();
    }
  });

  it('sends all the others when one is empty, names it, and ends with 2', async () => {
    await put('empty.mp4', '');
    await put('fine.mp4');
    const run = await upload();
    expect(run.exitCode).toBe(2);
    expect(itemsOf(run)).toMatchObject([
      { file: join(album, 'empty.mp4'), exitCode: 2, error: { message: 'It is empty.' } },
      { file: join(album, 'fine.mp4'), exitCode: 0, mediaId: expect.any(String) },
    ]);
  });

  it('sends nothing of a folder without media, or with one title for all', async () => {
    await put('notes.txt');
    const run = await cli(['upload', album], env);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('there is no media in');
    await put('film.mp4');
    expect((await upload('--title', 'x')).exitCode).toBe(2);
  });

  it('stops at Ctrl-C with all files accounted for, and goes on where it was when it is run again', async () => {
    await put('a-small.mp4');
    await put('b-large.mp4', randomBytes(6 * MEGABYTE));
    for (const name of ['c.mp4', 'd.mp4', 'e.mp4']) await put(name);
    const most = proxy.holdAfter(3 * MEGABYTE);
    const started = startCli(['upload', album, '--parallel', '1'], proxyEnv);
    await most;
    started.interrupt();
    const run = await started.done;
    proxy.release();
    expect(run.exitCode).toBe(130);
    expect(run.stdout).toMatch(/✓ .*a-small\.mp4/);
    expect(run.stdout).toMatch(/– .*b-large\.mp4 {2}interrupted/);
    expect(run.stderr).toMatch(/1 file sent, 1 interrupted, 3 not begun\./);
    expect(run.stderr).toContain('Run the same command again to go on where it stopped.');
    const items = itemsOf(await cli(['upload', album, '--json'], proxyEnv));
    expect(items.map(({ exitCode, wasSent = false }) => [exitCode, wasSent])).toEqual([
      [0, true],
      ...[0, 0, 0, 0].map((code) => [code, false]),
    ]);
    expect(items[1]).toMatchObject({ resumed: true });
  });

  it('begins no further file when the server is gone or the key is wrong', async () => {
    for (const name of ['a.mp4', 'b.mp4', 'c.mp4']) await put(name);
    const locked = await startServer(join(folder.path, `locked-${runs}`), {
      MEDIAFLOW_API_KEYS: 'a key of sixteen characters',
    });
    try {
      const run = await cli(['upload', album, '--parallel', '1', '--url', locked.url], env);
      expect(run.exitCode).toBe(7);
      expect(run.stderr).toMatch(/0 files sent, 1 failed, 2 not begun\./);
    } finally {
      await locked.stop();
    }
  });

  it('names a file once that is in the folder and named beside it', async () => {
    await put('film.mp4');
    await put('other.mp4');
    const items = itemsOf(await cli(['upload', join(album, 'film.mp4'), album, '--json'], env));
    expect(namesOf(items)).toEqual(['film.mp4', 'other.mp4']);
    await rm(join(album, 'film.mp4'));
  });
});
