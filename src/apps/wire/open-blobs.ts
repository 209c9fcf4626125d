import { join } from 'node:path';
import { createLocalBlobStore } from '../../adapters/local-disk/local-blob-store.js';
import type { BlobStore } from '../../core/blob-store.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';

/** Where files are kept: the bucket that the configuration names, or the data folder. */
export async function openBlobs(options: {
  readonly config: Pick<Config, 's3' | 'dataFolder'>;
  readonly closers: Closers;
}): Promise<BlobStore> {
  const { config, closers } = options;
  if (!config.s3) return createLocalBlobStore({ folder: join(config.dataFolder, 'blobs') });
  const { openS3BlobStore } = await import('../../adapters/s3/s3-blob-store.js');
  const store = await openS3BlobStore(config.s3);
  closers.add('S3 connections', async () => store.close());
  return store;
}
