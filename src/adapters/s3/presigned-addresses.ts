import type { BlobAddress, ClientHeaders } from '../../core/blob-store.js';
import type { S3Connection } from './s3-client.js';

/**
 * An address is good for twice as long as it is given out, so that whoever gets it last has as long as a cache may keep it; or
 * for as long as the keys that sign it, which a role's may not be.
 */
const GOOD_SECONDS = 600;
const MOST_REMEMBERED = 10_000;

interface Remembered extends BlobAddress {
  /** By the steady clock. */
  readonly untilMilliseconds: number;
}

/**
 * Addresses under which a client reads an object without keys. The same one is given for a while, so that what clients keep in
 * their caches is found again.
 */
export async function createPresignedAddresses({
  client,
  commands,
  bucket,
  prefix,
}: Omit<S3Connection, 'endpoint'>) {
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const remembered = new Map<string, Remembered>();

  async function goodSeconds(): Promise<number> {
    const { expiration } = await client.config.credentials();
    const leftSeconds = expiration ? (expiration.getTime() - Date.now()) / 1000 : GOOD_SECONDS;
    return Math.max(1, Math.floor(Math.min(GOOD_SECONDS, leftSeconds)));
  }

  async function sign(key: string, headers: ClientHeaders, expiresIn: number): Promise<string> {
    const command = new commands.GetObjectCommand({
      Bucket: bucket,
      Key: prefix + key,
      ResponseContentType: headers.contentType,
      ResponseCacheControl: headers.cacheControl,
      ResponseContentDisposition: headers.contentDisposition,
    });
    return getSignedUrl(client, command, { expiresIn });
  }

  return async (key: string, headers: ClientHeaders): Promise<BlobAddress> => {
    const name = JSON.stringify([key, headers]);
    const now = performance.now();
    const known = remembered.get(name);
    if (known && known.untilMilliseconds > now) return { url: known.url, validSeconds: known.validSeconds };
    const expiresIn = await goodSeconds();
    const address = { url: await sign(key, headers, expiresIn), validSeconds: Math.floor(expiresIn / 2) };
    remembered.delete(name);
    remembered.set(name, { ...address, untilMilliseconds: now + address.validSeconds * 1000 });
    const [oldest] = remembered.keys();
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return address;
  };
}
