import { expect, test } from 'vitest';
import type { BlobStore } from '../../../../src/core/blob-store.js';
import { patchHeaders, type UploadClient } from '../upload-server.js';
import { useUploadServers } from '../upload-servers.js';

const start = useUploadServers();
const create = (server: UploadClient, sizeBytes: number, actor = 'key-1') =>
  server.send('POST', '/v1/uploads', { 'upload-length': sizeBytes, authorization: actor });

/** A store on a disk that has so much space left, whatever is written. */
const withFree =
  (freeBytes: number) =>
  (blobs: BlobStore): BlobStore => ({ ...blobs, freeBytes: async () => freeBytes });

test('space is kept for an upload without bytes for minutes only; it goes on where there is some', async () => {
  let now = '2026-01-01T00:00:00.000Z';
  const limits = { keepFreeBytes: 0, reservationSeconds: 600 };
  const server = await start({ limits, now: () => now, wrapBlobs: withFree(1000) });
  const first = (await create(server, 900)).headers.location ?? '';
  expect((await create(server, 200)).status).toBe(507);
  now = '2026-01-01T00:09:00.000Z';
  await server.send('PATCH', first, patchHeaders(0), 'x'.repeat(10));
  now = '2026-01-01T00:11:00.000Z';
  expect((await create(server, 200)).status).toBe(507);
  now = '2026-01-01T00:19:01.000Z';
  const second = (await create(server, 200)).headers.location ?? '';

  const late = await server.send('PATCH', first, patchHeaders(10), 'x'.repeat(10));
  expect([late.status, late.code]).toEqual([507, 'storage_full']);
  expect((await server.send('HEAD', first)).headers['upload-offset']).toBe('10');
  await server.send('DELETE', second);
  expect((await server.send('PATCH', first, patchHeaders(10), 'x'.repeat(10))).status).toBe(204);
  expect((await create(server, 200)).status).toBe(507);
  await server.send('DELETE', first);
});

test('what an earlier process promised holds after a restart, for as long as it would have', async () => {
  let now = '2026-01-01T00:00:00.000Z';
  const options = { limits: { keepFreeBytes: 0 }, now: () => now, wrapBlobs: withFree(1000) };
  const before = await start(options);
  const { location = '' } = (await create(before, 900)).headers;
  await before.kill();
  const after = await start(options);
  expect((await create(after, 200)).status).toBe(507);
  now = '2026-01-01T00:10:00.000Z';
  const second = await create(after, 200);
  expect(second.status).toBe(201);
  for (const path of [location, second.headers.location ?? '']) await after.send('DELETE', path);
});

test('a caller, and all together, have only so many open uploads, also after a restart; ended ones make place', async () => {
  const limits = { maximumOpenPerCaller: 2, maximumOpen: 3 };
  const before = await start({ limits });
  const paths = await Promise.all(
    ['key-1', 'key-1', 'key-2'].map(async (actor) => (await create(before, 5, actor)).headers.location ?? ''),
  );
  await before.kill();
  const server = await start({ limits });
  for (const actor of ['key-1', 'key-2', 'key-3']) {
    const refused = await create(server, 5, actor);
    expect([refused.status, refused.code, refused.headers['retry-after']]).toEqual([
      429,
      'too_many_uploads',
      '60',
    ]);
  }
  await server.send('PATCH', paths[0] ?? '', patchHeaders(0), 'whole');
  await server.send('DELETE', paths[2] ?? '');
  const answers = await Promise.all([1, 2, 3].map(() => create(server, 5, 'key-1')));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 429, 429]);
  expect((await create(server, 5, 'key-3')).status).toBe(201);
});

test('what is open is looked up once, not for each creation', async () => {
  let lookups = 0;
  const server = await start({
    wrapBlobs: (blobs) => ({
      ...blobs,
      listGrowing() {
        lookups++;
        return blobs.listGrowing();
      },
    }),
  });
  for (let count = 0; count < 5; count++) expect((await create(server, 5)).status).toBe(201);
  expect(lookups).toBeLessThanOrEqual(1);
});
