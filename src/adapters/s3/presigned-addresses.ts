import type { BlobAddress, ClientHeaders } from '../../core/blob-store.js';
import type { S3Connection } from './s3-client.js';

/** An address is good for twice as long as it is given out, so that whoever gets it last has as long as a cache may keep it. */
const GIVEN_OUT_SECONDS = 300;
const MOST_REMEMBERED = 10_000;

interface Remembered {
  readonly url: string;
  readonly until: number;
}

/**
 * Addresses under which a client reads an object without keys. The same one is given for a while, so that what clients keep in
 * their caches is found again.
 */
export async function createPresignedAddresses({ client, commands, bucket, prefix }: S3Connection) {
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const remembered = new Map<string, Remembered>();

  async function sign(key: string, headers: ClientHeaders): Promise<string> {
    const command = new commands.GetObjectCommand({
      Bucket: bucket,
      Key: prefix + key,
      ResponseContentType: headers.contentType,
      ResponseCacheControl: headers.cacheControl,
      ResponseContentDisposition: headers.contentDisposition,
    });
    return getSignedUrl(client, command, { expiresIn: 2 * GIVEN_OUT_SECONDS });
  }

  return async (key: string, headers: ClientHeaders): Promise<BlobAddress> => {
    const name = JSON.stringify([key, headers]);
    const now = performance.now();
    const known = remembered.get(name);
    if (known && known.until > now) return { url: known.url, validSeconds: GIVEN_OUT_SECONDS };
    const url = await sign(key, headers);
    remembered.delete(name);
    remembered.set(name, { url, until: now + GIVEN_OUT_SECONDS * 1000 });
    const [oldest] = remembered.keys();
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return { url, validSeconds: GIVEN_OUT_SECONDS };
  };
}
