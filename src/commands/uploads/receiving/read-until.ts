import type { Readable } from 'node:stream';

/**
 * What a request brings, until it ends or the signal fires, whose reason is thrown then. The request itself outlives
 * both: the answer goes out on the same connection.
 */
export async function* readUntil(bytes: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const chunks = bytes.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  let endWaiting: (reason: unknown) => void = () => {};
  const end = () => endWaiting(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      // A promise a chunk: one that lives as long as the request would remember each of them.
      const next = await new Promise<IteratorResult<Buffer>>((resolve, reject) => {
        endWaiting = reject;
        chunks.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', end);
    // Where a chunk is waited for still, that comes first.
    chunks.return?.().catch(() => {});
  }
}
