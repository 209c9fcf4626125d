import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openS3BlobStore, type S3BlobStore } from '../../../src/adapters/s3/s3-blob-store.js';
import { connectS3, type S3Connection, type S3Place } from '../../../src/adapters/s3/s3-client.js';
import { createS3ObjectService } from '../../../src/adapters/s3/s3-object-service.js';
import { type CuttingProxy, createCuttingProxy } from '../../support/cutting-proxy.js';
import { codeOf, streamOf } from '../../support/streams.js';
import { placeInBucket } from './bucket.js';

let place: S3Place;
let proxy: CuttingProxy;
let s3: S3Connection;
let store: S3BlobStore;
beforeAll(async () => {
  const direct = placeInBucket();
  proxy = await createCuttingProxy(direct.endpoint ?? '');
  place = { ...direct, endpoint: proxy.url };
  s3 = await connectS3(place);
  store = await openS3BlobStore(place);
});
afterEach(() => proxy.restore());
afterAll(async () => {
  store.close();
  s3.client.destroy();
  await proxy.close();
});

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('an object that may not replace another is put once, though the answer to it was lost', async () => {
  const service = createS3ObjectService(s3);
  proxy.loseAnswerTo('PUT ');
  expect(await service.put('once', Buffer.from('first'), { ifAbsent: true })).toMatchObject({
    etag: expect.any(String),
  });
  expect(await service.put('once', Buffer.from('second'), { ifAbsent: true })).toBeUndefined();
  expect(String(await buffer((await service.read('once')) ?? Readable.from([])))).toBe('first');
});

test('parts become an object once, though the answer to their completion was lost', async () => {
  const service = createS3ObjectService(s3);
  const parts = await service.begin('of-parts');
  await parts.putPart(1, Buffer.from('the only part'));
  proxy.loseAnswerTo('POST ');
  await parts.complete();
  expect(String(await buffer((await service.read('of-parts')) ?? Readable.from([])))).toBe('the only part');
  // Nothing is left of it that could be ended.
  await parts.abort();
});

test('a read that breaks goes on where it stood, and brings every byte once', async () => {
  const bytes = randomBytes(24 * 1024 ** 2);
  await store.put('long', bytes);
  const hash = createHash('sha256');
  let received = 0;
  let cuts = 0;
  for await (const chunk of (await store.read('long')) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    received += chunk.length;
    if (cuts < 2 && received > (cuts + 1) * 6 * 1024 ** 2) {
      cuts += 1;
      proxy.cut();
      proxy.restore();
    }
  }
  expect([cuts, received, hash.digest('hex')]).toEqual([2, bytes.length, sha256Of(bytes)]);
});

test('a read of what was replaced meanwhile ends with an error, and does not mix the two', async () => {
  await store.put('replaced', randomBytes(24 * 1024 ** 2));
  const reading = (async () => {
    let received = 0;
    for await (const chunk of (await store.read('replaced')) as AsyncIterable<Buffer>) {
      if (received === 0) {
        await store.put('replaced', randomBytes(24 * 1024 ** 2));
        proxy.cut();
        proxy.restore();
      }
      received += chunk.length;
    }
  })();
  await expect(reading).rejects.toThrow();
});

test('an upload through connections that break now and then has every byte, and its hash', async () => {
  const bytes = randomBytes(40 * 1024 ** 2);
  let at = 0;
  for (let attempt = 0; at < bytes.length; attempt += 1) {
    const breaking = setTimeout(() => {
      proxy.cut();
      proxy.restore();
    }, 40 * attempt);
    const rest = Readable.from(
      (function* () {
        for (let from = at; from < bytes.length; from += 65_536) yield bytes.subarray(from, from + 65_536);
      })(),
      { objectMode: false },
    );
    await store.append('u', at, rest).catch((error: { kind?: string }) => {
      if (error.kind !== 'unavailable') throw error;
    });
    clearTimeout(breaking);
    at = (await store.growing('u'))?.sizeBytes ?? 0;
  }
  expect(await store.finish('uploaded', ['u'])).toMatchObject({
    sizeBytes: bytes.length,
    sha256: sha256Of(bytes),
  });
  expect(sha256Of(await buffer(await store.read('uploaded')))).toBe(sha256Of(bytes));
});

test('a server that is away, keys that are wrong and a bucket that is not there are told as something to wait for', async () => {
  proxy.cut();
  expect(await codeOf(store.check())).toBe('blob_store_unavailable');
  expect(await codeOf(store.append('away', 0, streamOf('bytes')))).toBe('blob_store_unavailable');
  proxy.restore();
  await store.check();
  const elsewhere = await openS3BlobStore({ ...place, bucket: 'no-such-bucket' });
  expect(await codeOf(elsewhere.check())).toBe('blob_store_unavailable');
  expect(await codeOf(elsewhere.put('a', Buffer.from('x')))).toBe('blob_store_unavailable');
  elsewhere.close();
  const key = process.env.AWS_SECRET_ACCESS_KEY;
  process.env.AWS_SECRET_ACCESS_KEY = 'another';
  const stranger = await openS3BlobStore(place);
  expect(await codeOf(stranger.check())).toBe('blob_store_unavailable');
  stranger.close();
  process.env.AWS_SECRET_ACCESS_KEY = key;
});

test('what was begun and given up is swept when its last part is old', async () => {
  const service = createS3ObjectService(s3);
  const parts = await service.begin('objects/given-up');
  // Its times are whole seconds.
  for await (const { begunAt, changedAt } of service.unfinished('objects/given-up')) {
    let lastPartAt: string | undefined = begunAt;
    while (lastPartAt !== undefined && lastPartAt <= begunAt) {
      await parts.putPart(1, Buffer.from('of a slow client'));
      lastPartAt = await changedAt();
    }
    expect(await store.sweep(lastPartAt ?? '')).toBe(0);
  }
  expect(await store.sweep('2000-01-01T00:00:00.000Z')).toBe(0);
  expect(await store.sweep('3000-01-01T00:00:00.000Z')).toBe(1);
  expect(await store.sweep('3000-01-01T00:00:00.000Z')).toBe(0);
});
