import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** SHA-256 of contents on their way in. What this process has not seen passing by is read again at the end. */
export interface ContentHashes {
  /** Takes note of bytes that are about to be stored at `offset`. */
  update(id: string, offset: number, bytes: Uint8Array): void;
  /** SHA-256 (hex) of the `sizeBytes` stored bytes; `readFrom` gives them from an offset on. */
  digest(id: string, sizeBytes: number, readFrom: (start: number) => Promise<Readable>): Promise<string>;
  drop(id: string): void;
}

interface Running {
  readonly hash: Hash;
  hashedBytes: number;
}

export function createContentHashes(): ContentHashes {
  const running = new Map<string, Running>();
  const start = (id: string): Running => {
    const begun = { hash: createHash('sha256'), hashedBytes: 0 };
    running.set(id, begun);
    return begun;
  };

  return {
    update(id, offset, bytes) {
      const current = running.get(id) ?? (offset === 0 ? start(id) : undefined);
      // After a failed write or bytes taken back, the hash knows bytes that the store does not.
      if (current?.hashedBytes !== offset) {
        running.delete(id);
        if (offset === 0) this.update(id, offset, bytes);
        return;
      }
      current.hash.update(bytes);
      current.hashedBytes += bytes.length;
    },

    async digest(id, sizeBytes, readFrom) {
      const known = running.get(id);
      running.delete(id);
      const usable = known && known.hashedBytes <= sizeBytes ? known : undefined;
      const hash = usable?.hash ?? createHash('sha256');
      const hashedBytes = usable?.hashedBytes ?? 0;
      if (hashedBytes < sizeBytes) await hashStream(await readFrom(hashedBytes), hash);
      return hash.digest('hex');
    },

    drop(id) {
      running.delete(id);
    },
  };
}

/** Feeds a stream to a hash and returns the hash. */
export async function hashStream(bytes: Readable, hash: Hash = createHash('sha256')): Promise<Hash> {
  for await (const chunk of bytes as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash;
}
