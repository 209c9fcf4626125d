import { expect, test } from 'vitest';
import type { BlobStore } from '../../../../src/core/blob-store.js';
import { createUpload, eventually, patchHeaders, type UploadServer } from '../upload-server.js';
import { useUploadServers } from '../upload-servers.js';

const start = useUploadServers();

/** A final upload of two parts, as `actor` creates it; returns its path. */
async function final(server: UploadServer, actor = 'key-1'): Promise<string> {
  const paths: string[] = [];
  for (const content of ['one ', 'two']) {
    const headers = { 'upload-length': content.length, 'upload-concat': 'partial', authorization: actor };
    const { path } = await createUpload(server, headers);
    await server.send('PATCH', path, patchHeaders(0), content);
    paths.push(path);
  }
  const headers = { 'upload-concat': `final;${paths.join(' ')}`, authorization: actor };
  return (await createUpload(server, headers)).path;
}

/** A store whose copying of parts goes on for ever, or until it is told to stop, or let go. */
function copying() {
  const begun: string[] = [];
  const stopped: string[] = [];
  const release = Promise.withResolvers<void>();
  const wrapBlobs = (blobs: BlobStore): BlobStore => ({
    ...blobs,
    async finish(key, from, joining) {
      begun.push(key);
      const { promise, reject } = Promise.withResolvers<never>();
      joining?.signal?.addEventListener('abort', () => {
        stopped.push(key);
        reject(joining.signal?.reason);
      });
      await Promise.race([release.promise, promise]);
      return blobs.finish(key, from, joining);
    },
  });
  return { wrapBlobs, begun, stopped, release: release.resolve };
}
const idsOf = (keys: readonly string[]) => keys.map((key) => key.split('/')[1]);
const idOf = (path: string) => path.split('/').at(-1) ?? '';

test('no more final uploads are joined at once than may be, and one caller with many does not keep others waiting for all', async () => {
  const { wrapBlobs, begun, release } = copying();
  const server = await start({ wrapBlobs, limits: { maximumJoins: 1 } });
  const many = [await final(server), await final(server), await final(server)];
  const other = await final(server, 'key-2');
  await eventually(() => begun.length > 0);
  for (const path of [...many, other]) expect((await server.send('HEAD', path)).status).toBe(200);
  expect(begun).toHaveLength(1);
  release();
  await server.uploads.settled();
  expect(idsOf(begun)).toEqual([many[0], many[1], other, many[2]].map((path) => idOf(path ?? '')));
});

test.each([
  ['DELETE of the upload', (server: UploadServer, path: string) => server.send('DELETE', path)],
  ['a deletion of its item', (server: UploadServer, path: string) => server.uploads.endDeleted(idOf(path))],
])('%s ends the copying of its parts at once', async (_, end) => {
  const { wrapBlobs, begun, stopped } = copying();
  const server = await start({ wrapBlobs });
  const path = await final(server);
  await eventually(() => begun.length > 0);
  await end(server, path);
  expect(idsOf(stopped)).toEqual([idOf(path)]);
  await server.uploads.settled();
  expect((await server.send('HEAD', path)).status).toBe(410);
  expect(await server.blobs.stat(`media/${idOf(path)}/original`)).toBeUndefined();
});

test('a stop ends the copying, what waits for its turn does not begin, and both are joined at the next start', async () => {
  const { wrapBlobs, begun, stopped } = copying();
  const stopping = new AbortController();
  const before = await start({ wrapBlobs, limits: { maximumJoins: 1 }, stopping: stopping.signal });
  const paths = [await final(before), await final(before)];
  await eventually(() => begun.length > 0);
  stopping.abort();
  await before.uploads.settled();
  expect([begun.length, stopped.length]).toEqual([1, 1]);
  await before.kill();

  const after = await start();
  await after.uploads.resumeInterrupted();
  await after.uploads.settled();
  for (const path of paths) expect((await after.send('HEAD', path)).headers['upload-offset']).toBe('7');
});

test('the space a join was promised is kept for as long as it is copied, less what is there already', async () => {
  let now = '2026-01-01T00:00:00.000Z';
  let freeBytes = 27;
  const { wrapBlobs, begun, release } = copying();
  const server = await start({
    now: () => now,
    limits: { keepFreeBytes: 0 },
    wrapBlobs: (blobs) => ({ ...wrapBlobs(blobs), freeBytes: async () => freeBytes }),
  });
  const path = await final(server);
  await eventually(() => begun.length > 0);
  now = '2026-01-01T00:30:00.000Z';
  freeBytes = 10;
  const create = (length: number) => server.send('POST', '/v1/uploads', { 'upload-length': length });
  expect((await create(4)).status).toBe(507);
  expect((await create(3)).status).toBe(201);
  release();
  await server.uploads.settled();
  expect((await server.send('HEAD', path)).headers['upload-offset']).toBe('7');
  now = '2026-01-01T00:31:00.000Z';
  expect((await create(7)).status).toBe(201);
});
