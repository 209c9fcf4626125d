import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openS3BlobStore, type S3BlobStore } from '../../../src/adapters/s3/s3-blob-store.js';
import type { S3Place } from '../../../src/adapters/s3/s3-client.js';
import { blobStoreContract } from '../../contracts/blob-store.contract.js';
import { placeInBucket } from './bucket.js';

describe('blobs in S3 keep the contract of blob stores', () => {
  const opened: S3BlobStore[] = [];
  let place: S3Place;
  beforeAll(() => {
    place = placeInBucket();
  });
  afterAll(() => {
    for (const store of opened) store.close();
  });

  blobStoreContract(async () => {
    const store = await openS3BlobStore(place);
    opened.push(store);
    return store;
  });

  test('a file of several parts that only its process goes on with lies in its place from the first byte on', async () => {
    const store = await openS3BlobStore(place);
    const other = await openS3BlobStore(place);
    opened.push(store, other);
    const content = randomBytes(45 * 1024 ** 2 + 1);
    const chunks = Array.from({ length: 460 }, (_, at) => content.subarray(at * 102_600, (at + 1) * 102_600));
    const [key, becomes] = ['in-place/upload', 'in-place/original'];
    const bytes = () => Readable.from(chunks, { objectMode: false });
    await store.append(key, 0, bytes(), { becomes });
    expect(await other.growing(key)).toBeUndefined();
    await store.discard(key);
    expect(await store.append(key, 0, bytes(), { becomes })).toEqual({ sizeBytes: content.length });
    expect([await store.stat(becomes), await other.growing(key)]).toEqual([undefined, undefined]);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await store.finish(becomes, [key])).toMatchObject({ sizeBytes: content.length, sha256 });
    expect((await buffer(await other.read(becomes))).equals(content)).toBe(true);
  });
});
