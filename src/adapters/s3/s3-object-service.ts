import { randomUUID } from 'node:crypto';
import type { ObjectService } from '../../objects/object-service.js';
import { beginParts, lastPartAt } from './object-of-parts.js';
import { readObject } from './read-object.js';
import type { S3Connection } from './s3-client.js';
import { inOurWords, isMissing, isThereAlready } from './s3-errors.js';
import { TOKEN } from './token.js';

const MINIMUM_PART_BYTES = 5 * 1024 ** 2;
const MOST_PARTS = 10_000;
/** Of one request to delete. */
const MOST_DELETED = 1000;
const PUT_ATTEMPTS = 3;

/** Objects of one bucket below one prefix. */
export function createS3ObjectService(s3: S3Connection): ObjectService {
  const { client, commands, bucket: Bucket, prefix } = s3;
  const place = (key: string) => ({ Bucket, Key: prefix + key });
  const ours = (key: string) => key.slice(prefix.length);

  async function head(key: string) {
    try {
      const found = await client.send(new commands.HeadObjectCommand(place(key)));
      return {
        stored: {
          key,
          sizeBytes: found.ContentLength ?? 0,
          etag: unquoted(found.ETag),
          modifiedAt: (found.LastModified ?? new Date(0)).toISOString(),
        },
        token: found.Metadata?.[TOKEN],
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Whether it is there by an earlier try of ours whose answer was lost. */
  async function putIfAbsent(key: string, Body: Uint8Array) {
    const token = randomUUID();
    const command = { ...place(key), Body, IfNoneMatch: '*', Metadata: { [TOKEN]: token } };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { etag: unquoted((await client.send(new commands.PutObjectCommand(command))).ETag) };
      } catch (error) {
        if (!isThereAlready(error)) throw error;
        const found = await head(key);
        if (found) return found.token === token ? { etag: found.stored.etag } : undefined;
        // Another was being put, and was not in the end.
        if (attempt === PUT_ATTEMPTS) throw error;
      }
    }
  }

  return {
    minimumPartBytes: MINIMUM_PART_BYTES,
    mostParts: MOST_PARTS,

    put: (key, bytes, { ifAbsent = false } = {}) =>
      inOurWords(async () => {
        if (ifAbsent) return putIfAbsent(key, bytes);
        const { ETag } = await client.send(new commands.PutObjectCommand({ ...place(key), Body: bytes }));
        return { etag: unquoted(ETag) };
      }),

    check: () =>
      inOurWords(async () => {
        // Unlike a look at the bucket alone it tells in words what is wrong.
        await client.send(new commands.ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 1 }));
      }),

    head: (key) => inOurWords(async () => (await head(key))?.stored),

    read: (key, { start = 0, end, signal } = {}) =>
      readObject(s3, { key, start, last: end === undefined ? undefined : end - 1, signal }),

    delete: (keys) =>
      inOurWords(async () => {
        for (let at = 0; at < keys.length; at += MOST_DELETED) {
          const Objects = keys.slice(at, at + MOST_DELETED).map((key) => ({ Key: prefix + key }));
          const { Errors: [failed] = [] } = await client.send(
            new commands.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
          );
          if (failed) throw new Error(`${failed.Key} was not deleted: ${failed.Code} ${failed.Message}`);
        }
      }),

    async *list(below) {
      for (let ContinuationToken: string | undefined; ; ) {
        const page = await inOurWords(() =>
          client.send(
            new commands.ListObjectsV2Command({ Bucket, Prefix: prefix + below, ContinuationToken }),
          ),
        );
        for (const { Key = '', Size = 0, ETag, LastModified } of page.Contents ?? [])
          yield {
            key: ours(Key),
            sizeBytes: Size,
            etag: unquoted(ETag),
            modifiedAt: (LastModified ?? new Date(0)).toISOString(),
          };
        ContinuationToken = page.NextContinuationToken;
        if (!page.IsTruncated || ContinuationToken === undefined) return;
      }
    },

    begin: (key) => inOurWords(() => beginParts(s3, key)),

    async *unfinished(below) {
      let markers: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } = {};
      for (;;) {
        const page = await inOurWords(() =>
          client.send(
            new commands.ListMultipartUploadsCommand({ Bucket, Prefix: prefix + below, ...markers }),
          ),
        );
        for (const { Key = '', UploadId, Initiated = new Date() } of page.Uploads ?? [])
          yield {
            key: ours(Key),
            begunAt: Initiated.toISOString(),
            changedAt: () => inOurWords(() => lastPartAt(s3, { Key, UploadId }, Initiated)),
            abort: () =>
              inOurWords(async () => {
                await client.send(new commands.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
              }),
          };
        if (!page.IsTruncated) return;
        markers = {
          ...(page.NextKeyMarker ? { KeyMarker: page.NextKeyMarker } : {}),
          ...(page.NextUploadIdMarker ? { UploadIdMarker: page.NextUploadIdMarker } : {}),
        };
      }
    },
  };
}

const unquoted = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');
