import { createPartBlobStore, type PartBlobStore } from '../../objects/part-blob-store.js';
import { connectS3, type S3Place } from './s3-client.js';
import { createS3ObjectService } from './s3-object-service.js';

export interface S3BlobStore extends PartBlobStore {
  close(): void;
}

/** Blobs in a bucket. Nothing is asked of the server yet. */
export async function openS3BlobStore(place: S3Place): Promise<S3BlobStore> {
  const s3 = await connectS3(place);
  return { ...createPartBlobStore(createS3ObjectService(s3)), close: () => s3.client.destroy() };
}
