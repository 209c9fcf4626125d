import { afterAll, beforeAll, describe } from 'vitest';
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
});
