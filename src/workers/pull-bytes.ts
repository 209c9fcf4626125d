import { Readable } from 'node:stream';
import { MediaFlowError, unavailable } from '../core/errors.js';

interface Watch {
  /** Throws where they are more than are taken. */
  readonly onBytes: (bytes: number) => Promise<void> | void;
  /** Bytes that do not come for so long do not come any more. */
  readonly stallSeconds: number;
  /** Fewer, over so long, are not waited for. */
  readonly leastBytesPerSecond: number;
  readonly signal: AbortSignal;
}

/**
 * What a server sends on its way to the blob store. Fails with what `onBytes` throws, the signal's reason,
 * `source_interrupted` or `source_slow`; ended or not, nothing is read from the connection any more then.
 */
export const watchedBytes = (bytes: Readable, watch: Watch): Readable =>
  Readable.from(chunksOf(bytes, watch), { objectMode: false });

async function* chunksOf(bytes: Readable, watch: Watch): AsyncGenerator<Buffer> {
  const { onBytes, stallSeconds, signal } = watch;
  const arrived = paceWatch(watch);
  const chunks = bytes.iterator({ destroyOnReturn: true }) as AsyncIterableIterator<Buffer>;
  try {
    for (;;) {
      signal.throwIfAborted();
      const askedAt = performance.now();
      const next = await inTime(chunks.next(), stallSeconds, signal);
      if (next.done) return;
      arrived(next.value.length, (performance.now() - askedAt) / 1000);
      await onBytes(next.value.length);
      yield next.value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof MediaFlowError ? error : interrupted('ended early', error);
  } finally {
    bytes.on('error', () => {}).destroy();
  }
}

/**
 * A server that sends a byte now and then never stalls, and holds the place of whoever would fetch something meanwhile. Only
 * what is waited for counts: our own disk may be as slow as it is.
 */
function paceWatch({ stallSeconds, leastBytesPerSecond }: Watch) {
  let bytes = 0;
  let seconds = 0;
  return (count: number, waitedSeconds: number): void => {
    bytes += count;
    seconds += waitedSeconds;
    if (seconds < stallSeconds) return;
    if (bytes < seconds * leastBytesPerSecond)
      throw unavailable('source_slow', 'The server of the address sends too slowly.', {
        ...{ bytesPerSecond: Math.round(bytes / seconds), leastBytesPerSecond },
      });
    bytes = 0;
    seconds = 0;
  };
}

/** A timer and a listener for each chunk, which end with it: a promise that lives as long as all would remember each of them. */
function inTime<Value>(value: Promise<Value>, seconds: number, signal: AbortSignal): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    const aborted = () => {
      end();
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      end();
      reject(interrupted('brought nothing for too long'));
    }, seconds * 1000);
    signal.addEventListener('abort', aborted, { once: true });
    value.finally(end).then(resolve, reject);
  });
}

export const interrupted = (what: string, cause?: unknown): MediaFlowError =>
  unavailable('source_interrupted', `The connection to the server of the address ${what}.`, {}, cause);
