import { open } from 'node:fs/promises';

const READ_BYTES = 1024 * 1024;

/** The bytes of a file from `start` to before `end` (default: all). Throws the signal's reason once that has fired. */
export async function* readBytes(
  path: string,
  {
    start = 0,
    end = Infinity,
    signal,
  }: {
    readonly start?: number;
    readonly end?: number;
    readonly signal?: AbortSignal | undefined;
  } = {},
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (start >= end) return;
  const file = await open(path, 'r');
  const chunks: AsyncIterable<Uint8Array> = file.createReadStream({
    start,
    end: end - 1,
    highWaterMark: READ_BYTES,
  });
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
}
