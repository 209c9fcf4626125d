import { afterAll, beforeAll, expect, test } from 'vitest';
import { openS3BlobStore, type S3BlobStore } from '../../../src/adapters/s3/s3-blob-store.js';
import { serveBlob } from '../../../src/queries/serve-blob.js';
import { placeInBucket } from './bucket.js';

let store: S3BlobStore;
beforeAll(async () => {
  store = await openS3BlobStore(placeInBucket(), { isReadByClients: true });
  await store.put('media/m1/seg.m4s', Buffer.from('0123456789'));
});
afterAll(() => store?.close());

const GET = { headers: {}, isHead: false };
const segment = { contentType: 'video/iso.segment', cacheControl: 'public, max-age=3600, immutable' };

test('a client that is sent to the bucket reads the bytes there, also a range, with the headers we chose', async () => {
  const answer = await serveBlob(store, 'media/m1/seg.m4s', GET, {
    ...segment,
    redirect: { cacheSeconds: 3600 },
  });
  expect(answer).toMatchObject({ status: 302, headers: { 'cache-control': 'public, max-age=300' } });
  const url = answer.headers?.location ?? '';
  const whole = await fetch(url);
  expect(await whole.text()).toBe('0123456789');
  expect(whole.headers.get('content-type')).toBe(segment.contentType);
  expect(whole.headers.get('cache-control')).toBe(segment.cacheControl);
  const range = await fetch(url, { headers: { range: 'bytes=2-4' } });
  expect([range.status, await range.text()]).toEqual([206, '234']);
  expect((await fetch(url.replace('seg.m4s', 'other'))).status).toBe(403);
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
});

test('the same address is given again, so that caches find what they have', async () => {
  const address = async () => (await store.addressOf?.('media/m1/seg.m4s', segment))?.url;
  expect(await address()).toBe(await address());
});

test('a file to be saved keeps its name, and caches remember nothing of where it was', async () => {
  const answer = await serveBlob(store, 'media/m1/seg.m4s', GET, {
    ...segment,
    downloadAs: 'a "näme".mp4',
    redirect: { cacheSeconds: 0 },
  });
  expect(answer.headers?.['cache-control']).toBe('private, no-store');
  const saved = await fetch(answer.headers?.location ?? '');
  expect(saved.headers.get('content-disposition')).toContain(`filename*=UTF-8''a%20%22n%C3%A4me%22.mp4`);
});

test('what is small, and what names other files, is served by us', async () => {
  const answer = await serveBlob(store, 'media/m1/seg.m4s', GET, segment);
  expect(answer.status).toBe(200);
});
