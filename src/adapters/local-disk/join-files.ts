import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import type { Joining } from '../../core/blob-store.js';
import { writeStream } from './write-stream.js';

const READ_BYTES = 1024 * 1024;

/**
 * Writes files one behind the other into a new one, which is on stable storage then. The first is cloned where the file
 * system can: no bytes move.
 */
export async function joinFiles(
  paths: readonly string[],
  target: string,
  joining: Joining = {},
): Promise<void> {
  const [first = '', ...others] = paths;
  const isCloned = await isClone(first, target);
  const file = await open(target, isCloned ? 'r+' : 'w');
  try {
    let at = (await file.stat()).size;
    joining.onCopied?.(at);
    for (const path of isCloned ? others : paths) at = await writeStream(file, readFile(path, joining), at);
    joining.signal?.throwIfAborted();
    await file.sync();
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

async function* readFile(path: string, { signal, onCopied }: Joining): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  const chunks: AsyncIterable<Uint8Array> = file.createReadStream({ highWaterMark: READ_BYTES });
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    onCopied?.(chunk.length);
    yield chunk;
  }
}
