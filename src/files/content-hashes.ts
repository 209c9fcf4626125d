import { createHash, type Hash } from 'node:crypto';

/** SHA-256 of contents on their way in, by a name each. What this process has not seen passing by is read again. */
export interface ContentHashes {
  /** Takes note of bytes that are about to be stored at `offset`. */
  update(name: string, offset: number, bytes: Uint8Array): void;
  /**
   * The hash of the first `sizeBytes` stored bytes, for the caller to digest or go on with. `readFrom` gives what is stored
   * from an offset to there.
   */
  of(name: string, sizeBytes: number, readFrom: (start: number) => AsyncIterable<Uint8Array>): Promise<Hash>;
  forget(name: string): void;
}

interface Running {
  readonly hash: Hash;
  hashedBytes: number;
}

export function createContentHashes(): ContentHashes {
  const running = new Map<string, Running>();
  const start = (name: string): Running => {
    const begun = { hash: createHash('sha256'), hashedBytes: 0 };
    running.set(name, begun);
    return begun;
  };

  return {
    update(name, offset, bytes) {
      const current = running.get(name) ?? (offset === 0 ? start(name) : undefined);
      // After a failed write or bytes taken back, the hash knows bytes that the store does not.
      if (current?.hashedBytes !== offset) {
        running.delete(name);
        if (offset === 0) this.update(name, offset, bytes);
        return;
      }
      current.hash.update(bytes);
      current.hashedBytes += bytes.length;
    },

    async of(name, sizeBytes, readFrom) {
      const known = running.get(name);
      const usable = known && known.hashedBytes <= sizeBytes ? known : undefined;
      const hashedBytes = usable?.hashedBytes ?? 0;
      const hash = usable?.hash.copy() ?? createHash('sha256');
      return hashedBytes < sizeBytes ? hashOf(readFrom(hashedBytes), hash) : hash;
    },

    forget(name) {
      running.delete(name);
    },
  };
}

/** Feeds bytes to a hash and returns the hash. */
export async function hashOf(
  bytes: AsyncIterable<Uint8Array>,
  hash: Hash = createHash('sha256'),
): Promise<Hash> {
  for await (const chunk of bytes) hash.update(chunk);
  return hash;
}
