import { randomUUID } from 'node:crypto';
import type { CompletedPart } from '@aws-sdk/client-s3';
import type { ObjectOfParts } from '../../objects/object-service.js';
import { COPY_MILLISECONDS, type S3Connection } from './s3-client.js';
import { inOurWords, isMissing } from './s3-errors.js';
import { TOKEN } from './token.js';

/** A multipart upload. */
export async function beginParts(s3: S3Connection, key: string): Promise<ObjectOfParts> {
  const { client, commands, bucket, prefix } = s3;
  const place = { Bucket: bucket, Key: prefix + key };
  const token = randomUUID();
  const { UploadId } = await client.send(
    new commands.CreateMultipartUploadCommand({ ...place, Metadata: { [TOKEN]: token } }),
  );
  const upload = { ...place, UploadId };
  const parts = new Map<number, CompletedPart>();

  async function isComplete(): Promise<boolean> {
    const { Metadata } = await client.send(new commands.HeadObjectCommand(place));
    return Metadata?.[TOKEN] === token;
  }

  return {
    putPart: (PartNumber, Body) =>
      inOurWords(async () => {
        const { $metadata: _, ...part } = await client.send(
          new commands.UploadPartCommand({ ...upload, PartNumber, Body }),
        );
        parts.set(PartNumber, { ...checksumsOf(part), PartNumber });
      }),

    copyPart: (PartNumber, fromKey) =>
      inOurWords(async () => {
        const CopySource = encodeURI(`${bucket}/${prefix}${fromKey}`);
        const { CopyPartResult = {} } = await client.send(
          new commands.UploadPartCopyCommand({ ...upload, PartNumber, CopySource }),
          { requestTimeout: COPY_MILLISECONDS },
        );
        parts.set(PartNumber, { ...checksumsOf(CopyPartResult), PartNumber });
      }),

    complete: () =>
      inOurWords(async () => {
        const Parts = [...parts.values()].sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
        try {
          await client.send(
            new commands.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
            { requestTimeout: COPY_MILLISECONDS },
          );
        } catch (error) {
          // An earlier try has completed it, and its answer was lost.
          if (!(isMissing(error) && (await isComplete().catch(() => false)))) throw error;
        }
      }),

    abort: () =>
      inOurWords(async () => {
        try {
          await client.send(new commands.AbortMultipartUploadCommand(upload));
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      }),
  };
}

/** What the completion has to name of a part. */
const checksumsOf = (part: object): CompletedPart =>
  Object.fromEntries(Object.entries(part).filter(([name]) => name === 'ETag' || name.startsWith('Checksum')));
