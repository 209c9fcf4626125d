import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getJson, historyOf, isSettled, postJson, waitForItem } from '../../e2e/support/client.js';
import { createTusUpload, sendTusBytes } from '../../e2e/support/tus.js';
import { serveFile, startFileServer } from '../../support/file-server.js';
import { cli } from '../cli/support/run-cli.js';
import { filePart, form, mediaIdOf, sendForm, sendJson } from './support/client.js';
import { make, sound } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

/** Several songs go through all steps, perhaps beside other suites. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const folder = temporaryFolder();
let server: TestServer;
let files: Awaited<ReturnType<typeof startFileServer>>;
const song = join(folder.path, 'song.mp3');

beforeAll(async () => {
  await make(song, ...sound(1), '-c:a', 'libmp3lame', '-b:a', '64k');
  files = await startFileServer();
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_PULL_ALLOW: '127.0.0.1',
    MEDIAFLOW_PULL_PORTS: `${files.port}`,
  });
});
afterAll(async () => {
  await server.stop();
  await files.close();
  folder.remove();
  expect(server.errors).toEqual([]);
});

const objects = () => join(server.dataFolder, 'blobs', 'objects');
async function originalOf(mediaId: string): Promise<string> {
  const history = await historyOf(server.url, mediaId);
  const blobKey = history.find(({ type }) => type === 'MediaUploaded')?.data.blobKey;
  return join(objects(), String(blobKey));
}

async function remove(mediaId: string): Promise<void> {
  await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' });
  const isPurged = async () =>
    (await historyOf(server.url, mediaId)).some(({ type }) => type === 'MediaPurged');
  await expect.poll(isPurged, { timeout: 30_000 }).toBe(true);
}

async function checked(): Promise<unknown> {
  const { checkId } = await postJson<{ checkId: string }>(`${server.url}/v1/storage/check`, {});
  const find = async () => {
    const { report } = await getJson<{
      report: { checkId: string; finishedAt: string | null; findings: unknown };
    }>(`${server.url}/v1/storage/check`);
    return report.checkId === checkId && report.finishedAt ? report.findings : undefined;
  };
  await expect.poll(find).toBeTruthy();
  return find();
}

test('the same bytes are stored once, whatever way they came in, and stay until the last item with them is deleted', async () => {
  const bytes = readFileSync(song);
  const upload = await createTusUpload(server.url, bytes.length, 'by-tus.mp3');
  await sendTusBytes(server.url, upload, 0, bytes);
  files.answer(serveFile({ bytes }));
  const sent = await cli(['upload', song, '--json'], {
    MEDIAFLOW_URL: server.url,
    XDG_STATE_HOME: join(folder.path, 'state'),
  });
  const ids = [
    (JSON.parse(sent.stdout) as { items: { mediaId: string }[] }).items[0]?.mediaId ?? '',
    upload.split('/').at(-1) ?? '',
    await mediaIdOf(await sendForm(server.url, form(await filePart(song)))),
    await mediaIdOf(await sendJson(`${server.url}/v1/media`, { url: files.url('/by-address.mp3') })),
  ];
  for (const id of ids)
    expect(await waitForItem(server.url, id, isSettled, 80)).toMatchObject({ status: 'published' });
  const originals = await Promise.all(ids.map(originalOf));
  await expect
    .poll(() => originals.map((path) => statSync(path).nlink), { timeout: 20_000 })
    .toEqual([4, 4, 4, 4]);
  expect(new Set(originals.map((path) => statSync(path).ino)).size).toBe(1);

  const none = { orphans: { count: 0 }, missing: { count: 0 }, unexplained: { count: 0 } };
  expect(await checked()).toMatchObject({ ...none, sharedBytes: 3 * bytes.length });

  const [first = '', ...others] = ids;
  await remove(first);
  for (const id of others) {
    const answer = await fetch(`${server.url}/v1/media/${id}/original`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await fetch(`${server.url}/v1/media/${id}/hls/master.m3u8`)).status).toBe(200);
  }
  expect(await checked()).toMatchObject({ ...none, sharedBytes: 2 * bytes.length });
  for (const id of others) await remove(id);
  expect(
    (await readdir(objects(), { recursive: true, withFileTypes: true })).filter((each) => each.isFile()),
  ).toEqual([expect.objectContaining({ name: 'storage-check.json' })]);
});
