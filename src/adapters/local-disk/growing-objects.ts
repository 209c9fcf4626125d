import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { assertBlobKey } from '../../core/blob-key.js';
import type { BlobStore, Finishing } from '../../core/blob-store.js';
import { conflict, notFound } from '../../core/errors.js';
import { createContentHashes, hashOf } from '../../files/content-hashes.js';
import { asStoreError, createDurably } from './durable-files.js';
import { statIfThere, walkFiles } from './file-tree.js';
import { promoteFiles } from './promote-files.js';
import { readBytes } from './read-bytes.js';
import { createSyncedFiles } from './synced-files.js';
import { writeStream } from './write-stream.js';

type GrowingObjects = Pick<
  BlobStore,
  'append' | 'growing' | 'hashReceived' | 'truncateGrowing' | 'discard' | 'listGrowing'
> & {
  /** Moves the bytes of `from`, in order, to a path outside of the growing ones; returns their SHA-256 (hex). */
  finishInto(target: string, from: readonly string[], finishing?: Finishing): Promise<string>;
};

/** Growing objects are plain files: after a crash, the length of the file is the truth. */
export function createGrowingObjects(folder: string, temporaryFolder: string): GrowingObjects {
  /** Paths that an append is under way to. */
  const writtenTo = new Set<string>();
  const files = createSyncedFiles();
  const hashes = createContentHashes();

  const pathOf = (key: string): string => {
    assertBlobKey(key);
    return join(folder, key);
  };

  const present = async (key: string): Promise<number> => {
    const sizeBytes = await files.settledSize(pathOf(key));
    if (sizeBytes === undefined) throw notFound('blob_not_found', `No growing object ${key}`, { key });
    return sizeBytes;
  };

  const hashOfFirst = (path: string, sizeBytes: number, signal?: AbortSignal) =>
    hashes.of(path, sizeBytes, (start) => readBytes(path, { start, end: sizeBytes, signal }));

  function forget(path: string): void {
    files.forget(path);
    hashes.forget(path);
  }

  async function write(path: string, offset: number, bytes: Readable, isNew: boolean): Promise<number> {
    if (isNew) forget(path);
    const file = isNew ? await createDurably(path) : await open(path, 'r+');
    try {
      return await writeStream(file, bytes, offset, (chunk, at) => hashes.update(path, at, chunk));
    } finally {
      // Also after an error: what arrived may be counted on.
      await files.settle(path, file).finally(() => file.close());
    }
  }

  return {
    append: (key, offset, bytes) =>
      inWordsOfThePort(async () => {
        const path = pathOf(key);
        writtenTo.add(path);
        try {
          const presentBytes = await files.settledSize(path);
          if (offset !== (presentBytes ?? 0)) throw offsetMismatch(key, offset, presentBytes ?? 0);
          return { sizeBytes: await write(path, offset, bytes, presentBytes === undefined) };
        } finally {
          writtenTo.delete(path);
        }
      }),

    async growing(key) {
      const path = pathOf(key);
      const sizeBytes = await (writtenTo.has(path)
        ? files.sizeWhileWrittenTo(path)
        : files.settledSize(path));
      return sizeBytes === undefined ? undefined : { sizeBytes };
    },

    async hashReceived(key, sizeBytes) {
      const receivedBytes = await present(key);
      if (receivedBytes < sizeBytes) throw offsetMismatch(key, sizeBytes, receivedBytes);
      return (await hashOfFirst(pathOf(key), sizeBytes)).digest('hex');
    },

    truncateGrowing: (key, sizeBytes) =>
      inWordsOfThePort(async () => {
        const receivedBytes = await present(key);
        if (receivedBytes < sizeBytes) throw offsetMismatch(key, sizeBytes, receivedBytes);
        await files.shorten(pathOf(key), sizeBytes);
      }),

    discard: (key) =>
      inWordsOfThePort(async () => {
        await rm(pathOf(key), { force: true });
        forget(pathOf(key));
      }),

    async *listGrowing() {
      for await (const { key, stats } of walkFiles(folder, '')) {
        yield { key, sizeBytes: Number(stats.size), modifiedAt: stats.mtime.toISOString() };
      }
    },

    finishInto: (target, from, finishing = {}) =>
      inWordsOfThePort(async () => {
        const { signal } = finishing;
        const paths = from.map(pathOf);
        const [first, ...others] = paths;
        if (first === undefined) throw notFound('blob_not_found', 'There is nothing to finish');
        const sizes = await Promise.all(paths.map(files.settledSize));
        const missing = from[sizes.indexOf(undefined)];
        let sha256: string;
        if (missing === undefined) {
          const firstSizeBytes = sizes[0] ?? 0;
          sha256 = await promoteFiles({
            paths: [first, ...others],
            ...{ target, temporaryFolder, finishing, firstSizeBytes },
            hashOfFirst: await hashOfFirst(first, firstSizeBytes, signal),
          });
        } else {
          // An earlier call may have got as far as removing what it had joined.
          if (!(await statIfThere(target))?.isFile())
            throw notFound('blob_not_found', `No growing object ${missing}`, { key: missing });
          sha256 = (await hashOf(readBytes(target, { signal }))).digest('hex');
        }
        for (const path of paths) {
          await rm(path, { force: true });
          forget(path);
        }
        return sha256;
      }),
  };
}

const offsetMismatch = (key: string, offset: number, sizeBytes: number) =>
  conflict('offset_mismatch', `The upload stands at byte ${sizeBytes}, not at ${offset}`, {
    key,
    offset,
    sizeBytes,
  });

async function inWordsOfThePort<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asStoreError(error);
  }
}
