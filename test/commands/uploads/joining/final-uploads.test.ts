import { Hash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { queryObjects } from 'node:v8';
import { describe, expect, test } from 'vitest';
import type { UploadHooks } from '../../../../src/commands/uploads/upload-context.js';
import type { BlobStore } from '../../../../src/core/blob-store.js';
import { MediaFlowError } from '../../../../src/core/errors.js';
import {
  createUpload,
  digestOf,
  eventually,
  metadataHeader,
  patchHeaders,
  type UploadClient,
  type UploadServer,
} from '../upload-server.js';
import { untilStopped, useUploadServers } from '../upload-servers.js';

const start = useUploadServers();

async function partial(server: UploadClient, content: string) {
  const headers = { 'upload-length': content.length, 'upload-concat': 'partial' };
  const upload = await createUpload(server, headers);
  await server.send('PATCH', upload.path, patchHeaders(0), content);
  return upload;
}

type Upload = Awaited<ReturnType<typeof partial>>;
const join = (server: UploadClient, parts: readonly Upload[], headers: Record<string, string> = {}) =>
  server.send('POST', '/v1/uploads', {
    'upload-concat': `final;${parts.map(({ path }) => path).join(' ')}`,
    ...headers,
  });
const head = async (server: UploadClient, path: string) => {
  const { status, headers } = await server.send('HEAD', path);
  return [status, headers['upload-offset'], headers['upload-length']];
};
const stored = async (server: UploadServer, path: string) =>
  text(await server.blobs.read(`media/${path.split('/').at(-1)}/original`));
const isJoined = (server: UploadServer, path: string) =>
  eventually(async () => (await head(server, path))[1] !== undefined);

/** What a crash has left is joined behind the sweep that finds it. */
async function resume(server: UploadServer): Promise<void> {
  expect(await server.uploads.resumeInterrupted()).toEqual({ completed: 0, closed: 0, failed: 0 });
  await server.uploads.settled();
}

/** A store in which nothing is joined before `release`. */
function held() {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const wrapBlobs = (blobs: BlobStore): BlobStore => ({
    ...blobs,
    async finish(key, from, finishing) {
      await promise;
      return blobs.finish(key, from, finishing);
    },
  });
  return { wrapBlobs, release };
}

describe('a final upload', () => {
  test('is answered before its parts are joined, and has no offset until they are', async () => {
    const { wrapBlobs, release } = held();
    const server = await start({ wrapBlobs });
    const parts = [await partial(server, 'one '), await partial(server, 'two')];
    const answer = await join(server, parts);
    const path = answer.headers.location ?? '';
    expect([answer.status, answer.headers['upload-offset']]).toEqual([201, undefined]);
    expect(await head(server, path)).toEqual([200, undefined, '7']);
    const patch = await server.send('PATCH', path, patchHeaders(0), 'x');
    expect([patch.status, patch.code]).toEqual([403, 'final_upload_is_fixed']);
    release();
    await isJoined(server, path);
    expect(await head(server, path)).toEqual([200, '7', '7']);
    expect(await stored(server, path)).toBe('one two');
    expect((await server.send('HEAD', parts[0]?.path ?? '')).status).toBe(410);
  });

  test.each([
    ['without a key', {}],
    ['with its key', { 'idempotency-key': 'final' }],
  ])('is found again %s: while it is joined, when its parts are gone, and long after', async (_, headers) => {
    let now = '2026-01-01T00:00:00.000Z';
    const { wrapBlobs, release } = held();
    const before = await start({ wrapBlobs, now: () => now });
    const parts = [await partial(before, 'one '), await partial(before, 'two')];
    const first = await join(before, parts, headers);
    const path = first.headers.location ?? '';
    const again = async (server: UploadServer) => {
      const { status, headers: told } = await join(server, parts, headers);
      return [status, told.location];
    };
    expect(await again(before)).toEqual([201, path]);
    release();
    await isJoined(before, path);
    expect(await again(before)).toEqual([201, path]);
    await before.kill();
    const after = await start({ now: () => now });
    expect(await again(after)).toEqual([201, path]);
    now = '2026-03-01T00:00:00.000Z';
    await after.uploads.expireUploads();
    expect((await after.send('HEAD', path)).status).toBe(404);
    expect(await again(after)).toEqual([201, path]);
    await isJoined(after, path);
    expect(await stored(after, path)).toBe('one two');
    const items = [...before.calls, ...after.calls].map(({ data }) => data.mediaId);
    expect(new Set(items).size).toBe(1);
  });

  test('that takes longer than uploads are kept does not lose its parts to the sweep', async () => {
    let now = '2026-01-01T00:00:00.000Z';
    const { wrapBlobs, release } = held();
    const server = await start({ wrapBlobs, now: () => now });
    const parts = [await partial(server, 'one '), await partial(server, 'two')];
    const joining = join(server, parts);
    await eventually(() => server.calls.length > 0);
    now = '2026-01-05T00:00:00.000Z';
    expect(await server.uploads.expireUploads()).toEqual({ completed: 0, closed: 0, failed: 0 });
    release();
    const path = (await joining).headers.location ?? '';
    await isJoined(server, path);
    expect(await stored(server, path)).toBe('one two');
  });

  test('of a process that died before its item heard of it is announced and joined at the next start', async () => {
    let died = false;
    const unreachable: UploadHooks['registered'] = async () => {
      died = true;
      throw new Error('The process is gone');
    };
    const before = await start({ hooks: { registered: unreachable } });
    const parts = [await partial(before, 'one '), await partial(before, 'two')];
    const metadata = metadataHeader({ title: 'Both' });
    await join(before, parts, { 'upload-metadata': metadata });
    expect(died).toBe(true);
    await before.kill();

    const after = await start();
    await resume(after);
    expect(after.calls).toMatchObject([
      { hook: 'registered', data: { title: 'Both', declaredSizeBytes: 7 } },
      { hook: 'completed', data: { sha256: digestOf('sha256', 'one two') } },
    ]);
    const again = await join(after, parts, { 'upload-metadata': metadata });
    expect([again.status, again.headers['upload-offset']]).toEqual([201, '7']);
  });

  test('that could not be joined says why, and is tried again', async () => {
    let isFull = true;
    const server = await start({
      wrapBlobs: (blobs) => ({
        ...blobs,
        async finish(key, from, finishing) {
          if (isFull) throw new MediaFlowError('storage-full', 'storage_full', 'Full');
          return blobs.finish(key, from, finishing);
        },
      }),
    });
    const answer = await join(server, [await partial(server, 'one '), await partial(server, 'two')]);
    const path = answer.headers.location ?? '';
    await server.uploads.settled();
    const full = await server.send('HEAD', path);
    expect([answer.status, full.status, full.headers['retry-after']]).toEqual([201, 507, '10']);
    await server.uploads.settled();
    isFull = false;
    await resume(server);
    expect(await head(server, path)).toEqual([200, '7', '7']);
  });

  test('that is tried again long after takes no space that is not there any more', async () => {
    let now = '2026-01-01T00:00:00.000Z';
    let freeBytes = 1000;
    let joins = 0;
    const server = await start({
      now: () => now,
      limits: { keepFreeBytes: 100 },
      wrapBlobs: (blobs) => ({
        ...blobs,
        freeBytes: async () => freeBytes,
        async finish(key, from, finishing) {
          joins++;
          if (joins === 1) throw new MediaFlowError('storage-full', 'storage_full', 'Full');
          return blobs.finish(key, from, finishing);
        },
      }),
    });
    const answer = await join(server, [await partial(server, 'one '), await partial(server, 'two')]);
    await server.uploads.settled();
    now = '2026-01-01T00:11:00.000Z';
    freeBytes = 106;
    await resume(server);
    const path = answer.headers.location ?? '';
    expect([joins, (await server.send('HEAD', path)).status]).toEqual([1, 507]);
    await server.uploads.settled();
    freeBytes = 107;
    await resume(server);
    expect(await head(server, path)).toEqual([200, '7', '7']);
  });

  test('may have the same part twice', async () => {
    const server = await start();
    const [a, b] = [await partial(server, 'la'), await partial(server, 'li')];
    const path = (await join(server, [a, b, a, a])).headers.location ?? '';
    await isJoined(server, path);
    expect(await stored(server, path)).toBe('lalilala');
  });

  test('has its parts for itself: another one is refused, and so is their removal', async () => {
    const { wrapBlobs, release } = held();
    const server = await start({ wrapBlobs });
    const [a, b, c] = [await partial(server, 'a'), await partial(server, 'b'), await partial(server, 'c')];
    const answers = await Promise.all([join(server, [a, b]), join(server, [b, c]), join(server, [b, a])]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([undefined, 'part_joined']));
    expect(new Set(server.calls.map(({ data }) => data.mediaId)).size).toBe(1);
    const renamed = await join(server, [b, c], { 'upload-metadata': metadataHeader({ title: 'Other' }) });
    expect(renamed.code).toBe('part_joined');
    const removal = await server.send('DELETE', b.path);
    expect([removal.status, removal.code]).toEqual([409, 'part_joined']);
    release();
  });

  test('that is given up takes its parts along', async () => {
    const server = await start({
      wrapBlobs: (blobs) => ({ ...blobs, finish: (_key, _from, finishing) => untilStopped(finishing) }),
    });
    const parts = [await partial(server, 'one '), await partial(server, 'two')];
    const path = (await join(server, parts)).headers.location ?? '';
    expect((await server.send('DELETE', path)).status).toBe(204);
    for (const each of [path, ...parts.map((part) => part.path)])
      expect((await server.send('HEAD', each)).status).toBe(410);
    for (const { id } of parts) expect(await server.storedBytes(id)).toBeUndefined();
    expect(server.calls.at(-1)).toMatchObject({ hook: 'failed', data: { code: 'upload_terminated' } });
    expect((await join(server, parts)).status).toBe(410);
  });

  test('whose process died between its end and that of its parts leaves none of them behind', async () => {
    const server = await start();
    const part = await partial(server, 'part');
    const path = (await join(server, [part])).headers.location ?? '';
    await isJoined(server, path);
    await server.uploads.settled();
    await server.ledger.change(part.id, 'closed', { state: 'open' });
    expect(await server.uploads.resumeInterrupted()).toEqual({ completed: 0, closed: 1, failed: 0 });
    expect((await server.send('HEAD', part.path)).status).toBe(410);
  });

  test('leaves no hash of its parts behind', async () => {
    const server = await start();
    const before = queryObjects(Hash, { format: 'count' });
    const parts = await Promise.all(Array.from({ length: 20 }, () => partial(server, 'part')));
    await join(server, parts);
    await server.uploads.settled();
    expect(queryObjects(Hash, { format: 'count' })).toBeLessThan(before + 20);
  });

  test('of other parts under a known Idempotency-Key is a conflict, not the file that is there', async () => {
    const server = await start();
    const key = { 'idempotency-key': 'key of another final' };
    const first = await join(server, [await partial(server, 'first')], key);
    const other = await join(server, [await partial(server, 'other')], key);
    expect([first.status, other.status, other.code]).toEqual([201, 409, 'idempotency_key_reused']);
  });

  test('whose joined file is not the one declared fails', async () => {
    const server = await start();
    const metadata = metadataHeader({ sha256: digestOf('sha256', 'right') });
    const answer = await join(server, [await partial(server, 'wrong')], { 'upload-metadata': metadata });
    await server.uploads.settled();
    const gone = await server.send('PATCH', answer.headers.location ?? '', patchHeaders(0), 'right');
    expect([answer.status, gone.status]).toEqual([201, 410]);
    expect(JSON.parse(gone.body).details.reason).toBe('checksum_mismatch');
    expect(server.calls.at(-1)).toMatchObject({ hook: 'failed', data: { code: 'checksum_mismatch' } });
  });
});
