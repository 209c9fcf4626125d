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
  // What parts are checked with has to be said at first, unless `AWS_REQUEST_CHECKSUM_CALCULATION` forbids it.
  const isChecked = (await client.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  const checking = isChecked ? ({ ChecksumAlgorithm: 'CRC32' } as const) : {};
  const begun = { ...place, ...checking, Metadata: { [TOKEN]: token } };
  const { UploadId } = await client.send(new commands.CreateMultipartUploadCommand(begun));
  const upload = { ...place, UploadId };
  const parts = new Map<number, CompletedPart>();

  async function isComplete(): Promise<boolean> {
    const { Metadata } = await client.send(new commands.HeadObjectCommand(place));
    return Metadata?.[TOKEN] === token;
  }

  /** What the completion has to name of a part: its checksum, if that was announced, and only then. */
  const completed = (
    PartNumber: number,
    {
      ETag,
      ChecksumCRC32,
    }: { readonly ETag?: string | undefined; readonly ChecksumCRC32?: string | undefined },
  ): CompletedPart => ({
    PartNumber,
    ETag,
    ...(isChecked && ChecksumCRC32 ? { ChecksumCRC32 } : {}),
  });

  return {
    putPart: (PartNumber, Body) =>
      inOurWords(async () => {
        const part = await client.send(
          new commands.UploadPartCommand({ ...upload, ...checking, PartNumber, Body }),
        );
        parts.set(PartNumber, completed(PartNumber, part));
      }),

    copyPart: (PartNumber, fromKey) =>
      inOurWords(async () => {
        const CopySource = encodeURI(`${bucket}/${prefix}${fromKey}`);
        const { CopyPartResult = {} } = await client.send(
          new commands.UploadPartCopyCommand({ ...upload, PartNumber, CopySource }),
          { requestTimeout: COPY_MILLISECONDS },
        );
        parts.set(PartNumber, completed(PartNumber, CopyPartResult));
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

/** When the last part of a multipart upload came; undefined when there is no such upload any more. */
export async function lastPartAt(
  { client, commands, bucket: Bucket }: S3Connection,
  upload: { readonly Key: string; readonly UploadId: string | undefined },
  begunAt: Date,
): Promise<string | undefined> {
  let last = begunAt;
  try {
    for (let PartNumberMarker: string | undefined; ; ) {
      const page = await client.send(new commands.ListPartsCommand({ Bucket, ...upload, PartNumberMarker }));
      for (const { LastModified = begunAt } of page.Parts ?? []) if (LastModified > last) last = LastModified;
      PartNumberMarker = page.NextPartNumberMarker;
      if (!page.IsTruncated || PartNumberMarker === undefined) return last.toISOString();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
