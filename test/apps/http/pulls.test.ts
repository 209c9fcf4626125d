import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getJson, type Item, isSettled, waitForItem } from '../../e2e/support/client.js';
import { type FileServer, serveFile, startFileServer } from '../../support/file-server.js';
import { expectProblem, filePart, form, mediaIdOf, sendForm, sendJson } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

const folder = temporaryFolder();
const PATIENCE = { timeout: 90_000 };
const logged: string[] = [];
let server: TestServer;
let files: FileServer;
let clip: string;
let bytes: Buffer;

beforeAll(async () => {
  files = await startFileServer();
  clip = await makeGoodClip(join(folder.path, 'clip.mp4'));
  bytes = await readFile(clip);
  server = await startServer(
    join(folder.path, 'data'),
    { MEDIAFLOW_PULL_ALLOW: '127.0.0.1', MEDIAFLOW_PULL_PORTS: `80,443,${files.port}` },
    (fields, message) => logged.push(`${message} ${JSON.stringify(fields)}`),
  );
});
afterAll(async () => {
  await server.stop();
  await files.close();
  folder.remove();
  expect(server.errors).toEqual([]);
  // The address is a secret wherever it is written down.
  expect(logged.filter((line) => line.includes('secret'))).toEqual([]);
});

const post = (body: object, headers: Record<string, string> = {}) =>
  sendJson(`${server.url}/v1/media`, body, { headers });
const serveClip = () => files.answer(serveFile({ bytes, etag: '"clip"' }));
const events = async () => JSON.stringify(await getJson(`${server.url}/v1/events?limit=1000`));
const isAt =
  (status: string) =>
  ({ steps }: Item): boolean =>
    steps.some((each) => each.step === 'pull' && each.status === status);

describe('a file at an address', () => {
  test('is announced at once, fetched, and published as any other', PATIENCE, async () => {
    serveClip();
    const url = `${files.url('/Holiday%20film.mp4')}?token=secret`;
    const mediaId = await mediaIdOf(
      await post({ url, description: 'At the sea', tags: ['sea, wide', 'sun'] }),
    );
    const item = await waitForItem(server.url, mediaId, isSettled, 80);
    expect(item).toMatchObject({
      ...{ status: 'published', title: 'Holiday film.mp4', filename: 'Holiday film.mp4' },
      ...{
        description: 'At the sea',
        tags: ['sea, wide', 'sun'],
        sizeBytes: bytes.length,
        contentType: 'video/mp4',
      },
    });
    expect(item.steps.find(({ step }) => step === 'pull')).toMatchObject({ status: 'completed' });
    const original = await fetch(`${server.url}/v1/media/${mediaId}/original`);
    expect(Buffer.from(await original.arrayBuffer())).toEqual(bytes);
  });

  test('is the same item when it is asked for again under its key, and another wish is a conflict', async () => {
    serveClip();
    const headers = { 'idempotency-key': 'pull-1' };
    const url = files.url('/again.mp4');
    const [first, again] = [
      await post({ url, title: 'A' }, headers),
      await post({ url, title: 'A' }, headers),
    ];
    expect(await again.json()).toEqual(await first.json());
    await expectProblem(post({ url, title: 'B' }, headers), 409, 'idempotency_key_reused');
  });

  test('has the item say why it does not come, and comes with a retry', PATIENCE, async () => {
    files.answer((_, response) => response.writeHead(404).end());
    const mediaId = await mediaIdOf(await post({ url: files.url('/late.mp4?secret') }));
    const failed = await waitForItem(server.url, mediaId, ({ status }) => status === 'failed');
    expect(failed.failure).toMatchObject({ step: 'upload', code: 'source_refused' });
    serveClip();
    await sendJson(`${server.url}/v1/media/${mediaId}/retry`, {});
    const item = await waitForItem(server.url, mediaId, ({ status }) => status === 'published', 80);
    expect(item).toMatchObject({ filename: 'late.mp4', failure: null });
  });

  test('is waited for as long as its server says', async () => {
    files.answer((_, response) => response.writeHead(429, { 'retry-after': '3000' }).end());
    const mediaId = await mediaIdOf(await post({ url: files.url('/busy.mp4') }));
    const { steps } = await waitForItem(server.url, mediaId, isAt('waiting_to_retry'));
    const { retryAt } = steps.find(({ step }) => step === 'pull') as { retryAt?: string };
    expect(Date.parse(retryAt ?? '') - Date.now()).toBeGreaterThan(2_900_000);
  });

  test('is let go of when its item is deleted, with all that had come of it', async () => {
    let isClosed = false;
    files.answer((_, response) => {
      response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 1000));
      response.on('close', () => {
        isClosed = true;
      });
    });
    const mediaId = await mediaIdOf(await post({ url: files.url('/deleted.mp4?secret') }));
    await waitForItem(server.url, mediaId, isAt('running'));
    expect((await fetch(`${server.url}/v1/media/${mediaId}`, { method: 'DELETE' })).status).toBe(202);
    await expect.poll(() => isClosed, { timeout: 10_000 }).toBe(true);
    const history = async () => JSON.stringify(await getJson(`${server.url}/v1/media/${mediaId}/history`));
    await expect.poll(history, { timeout: 10_000 }).toContain('MediaPurged');
    expect(await history()).not.toContain('secret');
    expect(JSON.stringify(await events())).not.toContain('deleted.mp4');
  });
});

test('the same bytes again are told to be those of the item that had them first, until it is deleted', async () => {
  files.answer(serveFile({ bytes: Buffer.from('Words that nobody has sent before, and no video.') }));
  const send = async () => {
    const mediaId = await mediaIdOf(await post({ url: files.url('/same.mp4') }));
    await waitForItem(server.url, mediaId, ({ status }) => status === 'failed', 60);
    return mediaId;
  };
  const [first, second] = [await send(), await send()];
  const duplicateOf = async (id: string) =>
    (await getJson<{ duplicateOf: string | null }>(`${server.url}/v1/media/${id}`)).duplicateOf;
  expect([await duplicateOf(first), await duplicateOf(second)]).toEqual([null, first]);
  await fetch(`${server.url}/v1/media/${first}`, { method: 'DELETE' });
  await expect.poll(() => duplicateOf(second), { timeout: 10_000 }).toBeNull();
});

describe('is refused at once', () => {
  test.each([
    [{ url: 'http://127.0.0.2/film' }, 'forbidden_source'],
    [{ url: 'http://169.254.169.254/latest' }, 'forbidden_source'],
    [{ url: 'file:///etc/passwd' }, 'invalid_source_url'],
    [{ url: 'https://ada:secret@files.example/' }, 'invalid_source_url'],
    [{ url: 'https://files.example/', sha256: 'xyz' }, 'invalid_sha256'],
    [{ url: 'https://files.example/', headers: {} }, 'invalid_request'],
    [{ title: 'No address' }, 'invalid_request'],
  ])('%j', async (body, code) => {
    const { detail, details } = await expectProblem(post(body), 400, code);
    expect(JSON.stringify([detail, details])).not.toMatch(/secret/);
  });

  test('a body that is neither a form nor an address', async () => {
    await expectProblem(fetch(`${server.url}/v1/media`, { method: 'POST' }), 415, 'multipart_expected');
    await expectProblem(
      sendJson(`${server.url}/v1/media`, '{"url":', { headers: {} }),
      400,
      'malformed_json',
    );
  });
});

test('a form is taken as before, under the same key too', async () => {
  serveClip();
  const headers = { 'idempotency-key': 'both' };
  const pulled = await mediaIdOf(await post({ url: files.url('/both.mp4') }, headers));
  const sent = await mediaIdOf(await sendForm(server.url, form(await filePart(clip)), headers));
  expect(sent).not.toBe(pulled);
});

test('OpenAPI tells of both bodies', async () => {
  const { paths } = await getJson<{
    paths: Record<string, Record<string, { requestBody: { content: object } }>>;
  }>(`${server.url}/openapi.json`);
  expect(Object.keys(paths['/v1/media']?.post?.requestBody.content ?? {})).toEqual([
    'multipart/form-data',
    'application/json',
  ]);
});
