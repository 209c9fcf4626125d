import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobStat, BlobStore } from '../../src/core/blob-store.js';
import { sha256Of } from '../../src/core/bytes-hash.js';
import { notFound } from '../../src/core/errors.js';

/** As much of a blob store as whoever keeps whole blobs needs. */
export function createMemoryBlobs(): Pick<BlobStore, 'put' | 'read' | 'stat' | 'list' | 'remove'> {
  const blobs = new Map<string, Uint8Array>();
  const statOf = (key: string, bytes: Uint8Array): BlobStat => ({
    ...{ key, sizeBytes: bytes.length, etag: sha256Of(bytes), modifiedAt: '2026-11-21T09:30:00.000Z' },
  });
  const isBelow = (key: string, prefix: string) => key === prefix || key.startsWith(`${prefix}/`);
  return {
    async put(key, bytes) {
      const whole = bytes instanceof Uint8Array ? bytes.slice() : await buffer(bytes);
      blobs.set(key, whole);
      return statOf(key, whole);
    },
    async read(key) {
      const bytes = blobs.get(key);
      if (!bytes) throw notFound('blob_not_found', `There is no blob ${key}.`);
      return Readable.from([bytes]);
    },
    async stat(key) {
      const bytes = blobs.get(key);
      return bytes && statOf(key, bytes);
    },
    async *list(prefix) {
      for (const [key, bytes] of [...blobs].toSorted(([a], [b]) => (a < b ? -1 : 1)))
        if (prefix === '' || isBelow(key, prefix)) yield statOf(key, bytes);
    },
    async remove(prefix) {
      for (const key of [...blobs.keys()]) if (isBelow(key, prefix)) blobs.delete(key);
    },
  };
}
