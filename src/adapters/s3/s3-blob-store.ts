import type { BlobStore } from '../../core/blob-store.js';
import type { Tracer } from '../../core/tracer.js';
import { createPartBlobStore, objectKey } from '../../objects/part-blob-store.js';
import { createPresignedAddresses } from './presigned-addresses.js';
import { connectS3, type S3Place } from './s3-client.js';
import { createS3ObjectService } from './s3-object-service.js';

export interface S3BlobStore extends BlobStore {
  close(): void;
}

/** Blobs in a bucket, which clients read themselves if `isReadByClients`. Nothing is asked of the server yet. */
export async function openS3BlobStore(
  place: S3Place,
  { isReadByClients = false, tracer }: { readonly isReadByClients?: boolean; readonly tracer?: Tracer } = {},
): Promise<S3BlobStore> {
  const s3 = await connectS3(place, tracer);
  const store = { ...createPartBlobStore(createS3ObjectService(s3)), close: () => s3.client.destroy() };
  if (!isReadByClients) return store;
  const addressOf = await createPresignedAddresses(s3);
  return { ...store, addressOf: (key, headers) => addressOf(objectKey(key), headers) };
}
