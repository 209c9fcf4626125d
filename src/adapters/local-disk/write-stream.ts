import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { releaseWritten } from './written-buffers.js';

/** A connection brings some 16 to 64 KiB at a time, and each write is a way to another thread and back. */
const GATHERED_BYTES = 1024 * 1024;
/** What a slow connection brought is not held back for longer: it would be lost if the process died. */
const HELD_BACK_MILLISECONDS = 20;

/**
 * Writes a stream at a place in a file and returns the place after it; `onChunk` sees each piece before it is written. Not yet on stable storage. What is gathered is
 * written while more comes in, so that little more than twice `GATHERED_BYTES` are in memory. What came before an error
 * of the stream is written before it is thrown; behind a write that failed nothing is.
 */
export async function writeStream(
  file: FileHandle,
  bytes: Readable | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  position: number,
  onChunk: (bytes: Uint8Array, position: number) => void = () => {},
): Promise<number> {
  const writer = gatherWrites(file, position);
  try {
    let at = position;
    for await (const chunk of bytes as AsyncIterable<Uint8Array | string>) {
      const binary = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      onChunk(binary, at);
      at += binary.length;
      await writer.add(binary);
    }
  } finally {
    await writer.end();
  }
  return writer.place();
}

function gatherWrites(file: FileHandle, position: number) {
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let at = position;
  let writing = Promise.resolve();
  let isWriting = false;
  let timer: NodeJS.Timeout | undefined;

  function write(): void {
    const writtenBytes = gatheredBytes;
    isWriting = true;
    writing = writeAll(file, gathered, at).then(() => {
      isWriting = false;
      releaseWritten(writtenBytes);
    });
    // Told to whoever waits for it next.
    writing.catch(() => {});
    at += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
    clearTimeout(timer);
    timer = undefined;
  }

  function writeWhenFree(): void {
    if (isWriting) timer?.refresh();
    else write();
  }

  return {
    place: () => at,

    /** Waits while as much is being written as has been gathered. */
    async add(chunk: Uint8Array): Promise<void> {
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      timer ??= setTimeout(writeWhenFree, HELD_BACK_MILLISECONDS);
      if (gatheredBytes < GATHERED_BYTES) return;
      await writing;
      // The timer may have come first.
      if (gatheredBytes >= GATHERED_BYTES) write();
    },

    async end(): Promise<void> {
      clearTimeout(timer);
      await writing;
      write();
      await writing;
    },
  };
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
  let left = chunks.filter(({ length }) => length > 0);
  // A disk that is filling up writes short before it fails.
  for (let at = position; left.length > 0; ) {
    const { bytesWritten } = await file.writev(left, at);
    at += bytesWritten;
    left = without(left, bytesWritten);
  }
}

function without(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skipped = bytes;
  const left: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (skipped < chunk.length) left.push(chunk.subarray(skipped));
    skipped = Math.max(0, skipped - chunk.length);
  }
  return left;
}
