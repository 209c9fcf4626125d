import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FileServer, serveFile, startFileServer } from '../../support/file-server.js';
import { quarters } from '../../support/pictures/quarters.js';
import { makeGoodClip } from '../http/support/clips.js';
import {
  startServer,
  type TemporaryFolder,
  type TestServer,
  temporaryFolder,
} from '../http/support/server.js';
import { type LineProxy, startLineProxy } from './support/line-proxy.js';
import { cli, startCli } from './support/run-cli.js';

/** Processing takes its time where others use the machine as well. */
const PATIENCE = { timeout: 90_000 };
const MEGABYTE = 1024 * 1024;
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let folder: TemporaryFolder;
let server: TestServer;
let files: FileServer;
let proxy: LineProxy;
let clip: string;
let stateFolder: string;
let env: Record<string, string>;
let proxyEnv: Record<string, string>;
let runs = 0;

const file = (name: string) => join(folder.path, name);
const records = () => readdir(join(stateFolder, 'mediaflow', 'uploads')).catch(() => []);

/** Bytes that nobody has sent before. */
async function fresh(name: string, megabytes: number): Promise<{ path: string; sha256: string }> {
  const bytes = randomBytes(megabytes * MEGABYTE);
  await writeFile(file(name), bytes);
  return { path: file(name), sha256: sha256Of(bytes) };
}

beforeAll(async () => {
  folder = temporaryFolder();
  clip = await makeGoodClip(file('clip.mp4'));
  files = await startFileServer();
  server = await startServer(file('data'), {
    // What the models make of colours is not the question here.
    MEDIAFLOW_MODERATION_REVIEW_AT: '1',
    ...{ MEDIAFLOW_PULL_ALLOW: '127.0.0.1', MEDIAFLOW_PULL_PORTS: `443,${files.port}` },
  });
  proxy = await startLineProxy(server.url);
});

beforeEach(() => {
  stateFolder = file(`state-${runs++}`);
  env = { MEDIAFLOW_URL: server.url, XDG_STATE_HOME: stateFolder };
  proxyEnv = { ...env, MEDIAFLOW_URL: proxy.url };
});

afterAll(async () => {
  await proxy?.close();
  await server?.stop();
  await files?.close();
  folder?.remove();
});

describe('mediaflow upload', () => {
  it('follows a video until it is published and says where to play it', PATIENCE, async () => {
    const run = await cli(['upload', clip, '--wait', '--title', 'A clip', '--tags', 'one, two'], env);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toMatch(/✓ .*clip\.mp4 {2}[0-9a-f-]{36} {2}published/);
    const playback = run.stdout.split('\n')[1]?.trim() ?? '';
    expect(await (await fetch(playback)).text()).toContain('#EXTM3U');
    expect(run.stderr).toContain('transcode completed');
    expect(await records()).toEqual([]);
  });

  it('follows a picture until it is published and says where to look at it', PATIENCE, async () => {
    await writeFile(file('picture.mp4'), await quarters(400, 200));
    const run = await cli(['upload', file('picture.mp4'), '--wait'], env);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toMatch(/✓ .*picture\.mp4 {2}[0-9a-f-]{36} {2}published/);
    const response = await fetch(run.stdout.split('\n')[1]?.trim() ?? '');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const { width, height } = await sharp(await response.arrayBuffer()).metadata();
    expect([width, height]).toEqual([400, 200]);
  });

  it('says why a picture that is cut off failed', PATIENCE, async () => {
    const whole = await quarters(400, 200);
    await writeFile(file('cut.png'), whole.subarray(0, whole.length - 200));
    const run = await cli(['upload', file('cut.png'), '--wait'], env);
    expect(run.exitCode).not.toBe(0);
    expect(run.stdout).toMatch(/✗ .*cut\.png .*failed\n {2}.*\(corrupt_media\)/);
  });

  it('takes words that fill no header, as long as the server takes them', async () => {
    const { path } = await fresh('long-words.bin', 1);
    const description = '日'.repeat(10_000);
    const tags = Array.from({ length: 50 }, (_, index) => `${index}${'語'.repeat(98)}`);
    const sent = await cli(
      [
        'upload',
        path,
        '--description',
        description,
        '--tags',
        tags.join(','),
        '--title',
        '本'.repeat(500),
        '--json',
      ],
      env,
    );
    expect(sent).toMatchObject({ exitCode: 0, stderr: '' });
    const { mediaId, position } = JSON.parse(sent.stdout).items[0];
    const item = await fetch(`${server.url}/v1/media/${mediaId}`, {
      headers: { 'mediaflow-after': position },
    });
    expect(await item.json()).toMatchObject({ description, tags, title: '本'.repeat(500) });
    expect(await records()).toEqual([]);
  });

  it('sends nothing when a word is too long, and says how long it may be', async () => {
    const { path } = await fresh('wordy.bin', 1);
    const run = await cli(['upload', path, '--title', 'x'.repeat(100_000)], env);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('Nothing was sent: a title has at most 500 characters.');
  });

  it('prints one JSON document with the hash that the server has verified', async () => {
    const { path, sha256 } = await fresh('some.bin', 1);
    const run = await cli(['upload', path, '--json'], env);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const { items } = JSON.parse(run.stdout);
    expect(items).toEqual([
      {
        file: path,
        sizeBytes: MEGABYTE,
        exitCode: 0,
        sha256,
        mediaId: expect.any(String),
        position: expect.any(String),
        resumed: false,
      },
    ]);
    const item = await cli(['status', items[0].mediaId, '--json'], env);
    expect(JSON.parse(item.stdout)).toMatchObject({ sha256, filename: 'some.bin' });
  });

  it(
    'ends with 5 and says why when a file turns out to be no video, and the other files are published',
    PATIENCE,
    async () => {
      await writeFile(file('text.mp4'), 'this is no video');
      const run = await cli(['upload', file('text.mp4'), clip, '--wait'], env);
      expect(run.exitCode).toBe(5);
      expect(run.stdout).toMatch(/✗ .*text\.mp4 .* failed\n {2}probe: .*\(not_media\)/);
      expect(run.stdout).toMatch(/✓ .*clip\.mp4 .* published/);
    },
  );

  it('sends nothing when one of the files is missing, empty, or given twice, and names each', async () => {
    await writeFile(file('empty.mp4'), '');
    const before = proxy.sentBytes();
    const run = await cli(
      ['upload', clip, file('none.mp4'), file('empty.mp4'), '-', join(folder.path, '.', 'clip.mp4')],
      proxyEnv,
    );
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    for (const problem of [
      'none.mp4 does not exist',
      'empty.mp4 is empty',
      '- is standard input',
      'clip.mp4 is given twice',
    ])
      expect(run.stderr).toContain(problem);
    const { stdout } = await cli(['upload', clip, file('empty.mp4'), '--json'], proxyEnv);
    expect(JSON.parse(stdout).items).toEqual([
      { file: file('empty.mp4'), exitCode: 2, error: { code: 'usage', message: 'It is empty.' } },
    ]);
    expect(proxy.sentBytes()).toBe(before);
  });

  it('has the server fetch what is at an address, beside files', async () => {
    files.answer(serveFile({ bytes: await readFile(clip) }));
    const { path } = await fresh('beside.bin', 1);
    const url = files.url('/fetched.mp4?token=1');
    const run = await cli(['upload', url, path, '--tags', 'one, two', '--json'], env);
    expect(run).toMatchObject({ exitCode: 0 });
    const { items } = JSON.parse(run.stdout) as { items: { file: string; mediaId: string }[] };
    expect(items.map(({ file }) => file)).toEqual([path, url]);
    const item = await fetch(`${server.url}/v1/media/${items[1]?.mediaId}`);
    expect(await item.json()).toMatchObject({ title: 'fetched.mp4', tags: ['one', 'two'] });
    const refused = await cli(['upload', 'https://10.0.0.1/film.mp4'], env);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('forbidden_source');
  });

  it('says why the server has not fetched it yet', PATIENCE, async () => {
    let isBusy = true;
    files.answer((request, response) => {
      if (isBusy) response.writeHead(503).end();
      else serveFile({ bytes: readFileSync(clip) })(request, response);
      isBusy = false;
    });
    const run = await cli(['upload', files.url('/busy.mp4'), '--wait'], env);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stderr).toMatch(/busy\.mp4: pull is tried again: .*503/);
  });

  it('waits no longer than it is told, and leaves it to the server', async () => {
    files.answer(() => {});
    const run = await cli(['upload', files.url('/never.mp4'), '--wait', '--timeout', '1', '--json'], env);
    expect(run.exitCode).toBe(1);
    const { items } = JSON.parse(run.stdout) as { items: { mediaId: string; error: { code: string } }[] };
    expect(items).toMatchObject([{ mediaId: expect.any(String), error: { code: 'no_answer' } }]);
    await fetch(`${server.url}/v1/media/${items[0]?.mediaId}`, { method: 'DELETE' });
  });

  it('refuses one title for several files', async () => {
    const other = await fresh('other.bin', 1);
    const run = await cli(['upload', clip, other.path, '--title', 'x'], env);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('ends with 3 when no server is there', async () => {
    const run = await cli(['upload', clip], { ...env, MEDIAFLOW_URL: 'http://127.0.0.1:9' });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('http://127.0.0.1:9');
  });

  it('goes on by itself where the connection was cut', async () => {
    const { path, sha256 } = await fresh('cut.bin', 8);
    const before = proxy.sentBytes();
    const half = proxy.holdAfter(4 * MEGABYTE);
    const started = startCli(['upload', path, '--json'], proxyEnv);
    await half;
    proxy.release();
    proxy.cut();
    const run = await started.done;
    expect(run).toMatchObject({ exitCode: 0 });
    const [{ mediaId }] = JSON.parse(run.stdout).items;
    expect(JSON.parse((await cli(['status', mediaId, '--json'], env)).stdout)).toMatchObject({ sha256 });
    expect(proxy.sentBytes() - before).toBeLessThan(15 * MEGABYTE);
  });

  it('goes on where Ctrl-C stopped it when the same file is sent again, with the newer title', async () => {
    const { path, sha256 } = await fresh('interrupted.bin', 8);
    const most = proxy.holdAfter(6 * MEGABYTE);
    const started = startCli(['upload', path], proxyEnv);
    await most;
    started.interrupt();
    const first = await started.done;
    proxy.release();
    expect(first.exitCode).toBe(130);
    expect(first.stdout).toMatch(/interrupted, \d+ % sent/);
    expect(first.stderr).toContain('Run the same command again to go on where it stopped.');
    expect(await records()).toHaveLength(1);

    const before = proxy.sentBytes();
    const second = await cli(['upload', path, '--json', '--title', 'Newer'], proxyEnv);
    expect(second.exitCode).toBe(0);
    expect(proxy.sentBytes() - before).toBeLessThan(6 * MEGABYTE);
    const [sent] = JSON.parse(second.stdout).items;
    expect(sent).toMatchObject({ resumed: true, sha256 });
    const headers = { 'mediaflow-after': sent.position };
    const answer = await fetch(`${server.url}/v1/media`, { headers });
    const listed = (await answer.json()) as { items: { filename: string }[] };
    const same = listed.items.filter(({ filename }) => filename === 'interrupted.bin');
    expect(same).toMatchObject([{ id: sent.mediaId, title: 'Newer', sha256 }]);
    expect(await records()).toEqual([]);
  });

  it('begins anew when the server does not know the interrupted upload any more', async () => {
    const { path } = await fresh('forgotten.bin', 8);
    const most = proxy.holdAfter(4 * MEGABYTE);
    const started = startCli(['upload', path], proxyEnv);
    await most;
    started.interrupt();
    await started.done;
    proxy.release();
    const uploading = async () =>
      JSON.parse((await cli(['media', 'list', '--status', 'uploading', '--json'], env)).stdout).items;
    await expect.poll(uploading).toMatchObject([{ filename: 'forgotten.bin' }]);
    const [item] = await uploading();
    const gone = await fetch(`${server.url}/v1/uploads/${item.id}`, {
      method: 'DELETE',
      headers: { 'tus-resumable': '1.0.0' },
    });
    expect(gone.status).toBe(204);

    const again = await cli(['upload', path, '--json'], proxyEnv);
    expect(again.exitCode).toBe(0);
    const [sent] = JSON.parse(again.stdout).items;
    expect(sent).toMatchObject({ resumed: false });
    expect(sent.mediaId).not.toBe(item.id);
  });

  it('sends the other files when one vanishes on the way', async () => {
    const first = await fresh('first.bin', 4);
    const second = await fresh('second.bin', 1);
    const third = await fresh('third.bin', 1);
    const begun = proxy.holdAfter(MEGABYTE);
    const started = startCli(
      ['upload', first.path, second.path, third.path, '--parallel', '1', '--json'],
      proxyEnv,
    );
    await begun;
    await rm(second.path);
    proxy.release();
    const run = await started.done;
    expect(run.exitCode).toBe(1);
    expect(JSON.parse(run.stdout).items).toMatchObject([
      { exitCode: 0, sha256: first.sha256 },
      { exitCode: 1, error: { code: 'file_unreadable' } },
      { exitCode: 0, sha256: third.sha256 },
    ]);
  });

  it('says so when the content changes while it is sent, and does not keep half of each', async () => {
    const { path } = await fresh('changing.bin', 8);
    const begun = proxy.holdAfter(MEGABYTE);
    const started = startCli(['upload', path], proxyEnv);
    await begun;
    const handle = await open(path, 'r+');
    await handle.write(randomBytes(MEGABYTE), 0, MEGABYTE, 7 * MEGABYTE);
    await handle.close();
    proxy.release();
    const run = await started.done;
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('(checksum_mismatch)');
    expect(await records()).toEqual([]);
  });

  it('says so when the file becomes shorter while it is sent, and takes the upload back', async () => {
    const { path } = await fresh('shrinking.bin', 8);
    const begun = proxy.holdAfter(MEGABYTE);
    const started = startCli(['upload', path], proxyEnv);
    await begun;
    await truncate(path, 4 * MEGABYTE);
    proxy.release();
    const run = await started.done;
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('became shorter while it was being sent. (file_changed)');
    expect(await records()).toEqual([]);
    await expect
      .poll(async () => (await cli(['media', 'list', '--status', 'uploading', '--json'], env)).stdout)
      .not.toContain('shrinking.bin');
  });

  it('draws a bar in place on a terminal and leaves the cursor as it was', async () => {
    const { path } = await fresh('drawn.bin', 8);
    const begun = proxy.holdAfter(2 * MEGABYTE);
    const started = startCli(['upload', path], { ...proxyEnv, TERM: 'xterm' }, { isTTY: true, columns: 100 });
    await begun;
    proxy.release();
    const run = await started.done;
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/✓.*drawn\.bin.*uploaded/);
    const shown = run.stderr.lastIndexOf('\x1b[?25h');
    expect(shown).toBeGreaterThanOrEqual(run.stderr.lastIndexOf('\x1b[?25l'));
  });
});
