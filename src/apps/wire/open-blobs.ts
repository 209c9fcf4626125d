import { join } from 'node:path';
import { openCachedFiles } from '../../adapters/local-disk/cached-files.js';
import { createLocalBlobStore } from '../../adapters/local-disk/local-blob-store.js';
import type { BlobStore } from '../../core/blob-store.js';
import type { Tracer } from '../../core/tracer.js';
import type { Measures } from '../../observing/observing.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';

/** The same for workers: what lies in a bucket is fetched once for all of them on this host. */
export async function openWorkersBlobs(options: {
  readonly config: Pick<Config, 's3' | 'dataFolder' | 'originalsCacheBytes'>;
  readonly blobs: BlobStore;
  readonly metrics: Measures;
  readonly closers: Closers;
}): Promise<BlobStore> {
  const { config, blobs, metrics, closers } = options;
  if (!config.s3) return blobs;
  const files = await openCachedFiles({
    store: blobs,
    folder: join(config.dataFolder, 'originals'),
    maximumBytes: config.originalsCacheBytes,
    onAsked: (isThere) =>
      isThere
        ? metrics.add('cache_hits_total', { cache: 'originals', tier: 'disk' })
        : metrics.add('cache_misses_total', { cache: 'originals', reason: 'fetched' }),
  });
  closers.add('cached originals', files.close);
  return { ...blobs, localFile: files.localFile };
}

/** Where files are kept: the bucket that the configuration names, or the data folder. */
export async function openBlobs(options: {
  readonly config: Pick<Config, 's3' | 'dataFolder' | 'isReadByClients'>;
  readonly closers: Closers;
  readonly tracer: Tracer;
}): Promise<BlobStore> {
  const { config, closers, tracer } = options;
  if (!config.s3) return createLocalBlobStore({ folder: join(config.dataFolder, 'blobs') });
  const { openS3BlobStore } = await import('../../adapters/s3/s3-blob-store.js');
  const store = await openS3BlobStore(config.s3, {
    isReadByClients: config.isReadByClients,
    tracer,
  });
  closers.add('S3 connections', async () => store.close());
  return store;
}
