import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { readBytes } from './read-bytes.js';
import { writeStream } from './write-stream.js';

/**
 * Writes files one behind the other into a new one, which is on stable storage then, and returns its size. The first is
 * cloned where the file system can: no bytes move. Throws the signal's reason once that has fired.
 */
export async function joinFiles(
  paths: readonly string[],
  target: string,
  joining: {
    readonly signal?: AbortSignal | undefined;
    readonly onCopied?: ((bytes: number) => void) | undefined;
    /** All bytes behind those of the first file, in order. */
    readonly onRead: (bytes: Uint8Array) => void;
  },
): Promise<number> {
  const { signal, onCopied, onRead } = joining;
  const [first = '', ...others] = paths;
  const isCloned = await isClone(first, target);
  const file = await open(target, isCloned ? 'r+' : 'w');
  try {
    let at = (await file.stat()).size;
    onCopied?.(at);
    const copied = (bytes: Uint8Array) => onCopied?.(bytes.length);
    if (!isCloned) at = await writeStream(file, readBytes(first, { signal }), at, copied);
    for (const path of others)
      at = await writeStream(file, readBytes(path, { signal }), at, (bytes) => {
        onRead(bytes);
        copied(bytes);
      });
    signal?.throwIfAborted();
    await file.sync();
    return at;
  } finally {
    await file.close();
  }
}

/** Why it could not be cloned, reading it will tell where that fails too. */
const isClone = (path: string, target: string): Promise<boolean> =>
  copyFile(path, target, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false,
  );
