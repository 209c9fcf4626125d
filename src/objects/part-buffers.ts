const MEBIBYTE = 1024 ** 2;
/** What is smaller is not worth it. */
const LEAST_BYTES = MEBIBYTE;
/** As many as one append has in its hands at once. */
const MOST_KEPT = 5;

/**
 * Memory that parts are put together in, used again while others follow: taking and letting go of megabytes costs more than
 * filling them.
 */
export interface PartBuffers {
  /** Nothing is kept when no such work is under way. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  together(chunks: readonly Uint8Array[]): Buffer;
  /** Of what was put together here, and nobody reads any more: a part that failed may be on its way still. */
  free(part: Buffer): void;
}

export function createPartBuffers(): PartBuffers {
  let underWay = 0;
  let kept: ArrayBufferLike[] = [];

  function take(sizeBytes: number): Buffer {
    // Parts differ by what came last.
    const capacityBytes = Math.ceil(sizeBytes / MEBIBYTE) * MEBIBYTE;
    const index = kept.findIndex(({ byteLength }) => byteLength === capacityBytes);
    const [memory] = index < 0 ? [] : kept.splice(index, 1);
    return memory
      ? Buffer.from(memory, 0, sizeBytes)
      : Buffer.allocUnsafeSlow(capacityBytes).subarray(0, sizeBytes);
  }

  return {
    async during(work) {
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
        if (underWay === 0) kept = [];
      }
    },

    together(chunks) {
      const sizeBytes = chunks.reduce((sum, { length }) => sum + length, 0);
      if (sizeBytes < LEAST_BYTES) return Buffer.concat(chunks);
      const part = take(sizeBytes);
      let at = 0;
      for (const chunk of chunks) {
        part.set(chunk, at);
        at += chunk.length;
      }
      return part;
    },

    free({ buffer }) {
      if (underWay > 0 && buffer.byteLength >= LEAST_BYTES) kept = [buffer, ...kept].slice(0, MOST_KEPT);
    },
  };
}
