import { Readable } from 'node:stream';
import { MediaFlowError, unavailable } from '../core/errors.js';

interface Watch {
  /** Throws where they are more than are taken. */
  readonly onBytes: (bytes: number) => Promise<void> | void;
  /** Bytes that do not come for so long do not come any more. */
  readonly stallSeconds: number;
  readonly signal: AbortSignal;
}

/**
 * What a server sends on its way to the blob store. Fails with what `onBytes` throws, the signal's reason, or
 * `source_interrupted`; ended or not, nothing is read from the connection any more then.
 */
export const watchedBytes = (bytes: Readable, watch: Watch): Readable =>
  Readable.from(chunksOf(bytes, watch), { objectMode: false });

async function* chunksOf(bytes: Readable, { onBytes, stallSeconds, signal }: Watch): AsyncGenerator<Buffer> {
  const chunks = bytes.iterator({ destroyOnReturn: true }) as AsyncIterableIterator<Buffer>;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await inTime(chunks.next(), stallSeconds, signal);
      if (next.done) return;
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
