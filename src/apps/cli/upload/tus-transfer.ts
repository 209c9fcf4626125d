import { createReadStream, type ReadStream } from 'node:fs';
import type { DetailedError, Upload, UploadOptions } from 'tus-js-client';
import { messageOf } from '../../../core/errors.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure, refusal, unreachable } from '../failure.js';
import type { LocalFile } from './local-files.js';

/** About a minute and a half; counted anew whenever bytes got through. */
const RETRY_DELAYS_MILLISECONDS = [0, 500, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000];

export interface Transfer {
  readonly file: LocalFile;
  /** Address of the server, without a slash at its end. */
  readonly serverUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Goes on with this upload; null makes a new one. */
  readonly uploadUrl: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onUrl: (url: string) => Promise<void>;
  readonly onProgress: (sentBytes: number) => void;
  /** Told when the connection was lost and is tried again. */
  readonly onRetry: () => void;
}

export interface Transferred {
  readonly mediaId: string;
  /** Undefined when the last bytes were here already. */
  readonly position: string | undefined;
}

/** The server does not know the upload, or does not know it any more. */
export class UploadGoneError extends Error {
  override readonly name = 'UploadGoneError';
}

/** Sends a file by the tus protocol. Throws {@link CliFailure}, {@link UploadGoneError}, or the signal's reason. */
export async function transferFile(transfer: Transfer): Promise<Transferred> {
  const { file, serverUrl, signal } = transfer;
  const tus = await import('tus-js-client');
  const endpoint = `${serverUrl}/v1/uploads`;
  signal.throwIfAborted();
  const done = Promise.withResolvers<Transferred>();
  let saved: Promise<void> = Promise.resolve();

  const upload: Upload = new tus.Upload(Buffer.alloc(0), {
    endpoint: transfer.uploadUrl === null ? endpoint : null,
    uploadUrl: transfer.uploadUrl,
    headers: transfer.headers,
    metadata: transfer.metadata,
    retryDelays: RETRY_DELAYS_MILLISECONDS,
    storeFingerprintForResuming: false,
    fileReader: readerOf(file, (failure) => fail(failure, true)),
    onUploadUrlAvailable() {
      // Behind a proxy with a prefix, the server's own idea of its address is not ours.
      upload.url = `${endpoint}/${mediaIdOf(upload.url ?? '')}`;
      saved = transfer.onUrl(upload.url);
      saved.catch((error: unknown) => fail(error));
    },
    onProgress: (sentBytes) => transfer.onProgress(sentBytes),
    onShouldRetry(error) {
      const shouldRetry = isWorthRetrying(statusOf(error as DetailedError));
      if (shouldRetry) transfer.onRetry();
      return shouldRetry;
    },
    onSuccess({ lastResponse }) {
      const position = lastResponse.getHeader('Mediaflow-Position');
      saved.then(
        () => done.resolve({ mediaId: mediaIdOf(upload.url ?? ''), position }),
        (error: unknown) => fail(error),
      );
    },
    onError: (error) => fail(failureOf(error, endpoint)),
  } as UploadOptions);

  function fail(error: unknown, giveUp = false): void {
    void upload.abort(giveUp).catch(() => {}); // what is not given up here expires on the server
    done.reject(error);
  }
  const onAbort = () => fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    upload.start();
    return await done.promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const mediaIdOf = (url: string): string => url.split('/').at(-1) ?? '';

/** 0 when there was no answer at all. */
const statusOf = (error: Partial<DetailedError>): number => error.originalResponse?.getStatus() ?? 0;

/** 409 and 423: an earlier request of ours may still hold the upload. A full disk does not empty in a minute. */
const isWorthRetrying = (status: number): boolean =>
  status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507);

function failureOf(error: Error | DetailedError, endpoint: string): Error {
  const { originalRequest, originalResponse, causingError } = error as Partial<DetailedError>;
  const status = statusOf(error);
  if (originalRequest?.getMethod() !== 'POST' && (status === 404 || status === 410))
    return new UploadGoneError();
  if (originalResponse) return refusal(status, originalResponse.getBody(), endpoint);
  if (originalRequest) return unreachable(causingError ?? error, endpoint);
  return new CliFailure(EXIT.failed, 'upload_failed', messageOf(error));
}

/** Reads stretches of the file, and tells when it cannot: a request whose body breaks off would wait for ever. */
function readerOf({ realPath, sizeBytes }: LocalFile, onFailure: (failure: CliFailure) => void) {
  let reading: ReadStream | undefined;
  const changed = (why: string) =>
    onFailure(new CliFailure(EXIT.failed, 'file_changed', `It ${why} while it was being sent.`));
  const source = {
    size: sizeBytes,
    async slice(start: number, end: number) {
      reading?.destroy();
      const stream = createReadStream(realPath, { start, end: end - 1, highWaterMark: 256 * 1024 });
      reading = stream;
      stream.once('error', (error) => changed(`could not be read (${error.message})`));
      stream.once('end', () => {
        if (stream.bytesRead < end - start) changed('became shorter');
      });
      return { value: Object.assign(stream, { size: end - start }), done: end >= sizeBytes };
    },
    close: () => reading?.destroy(),
  };
  return { openFile: async () => source };
}
