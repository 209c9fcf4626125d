import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertBlobKey } from '../../core/blob-key.js';
import type { BlobStore, Joining } from '../../core/blob-store.js';
import { conflict, notFound } from '../../core/errors.js';
import { asStoreError, ensureFolder, hasCode, renameDurably, syncFolder } from './durable-files.js';
import { statIfThere, walkFiles } from './file-tree.js';
import { joinFiles } from './join-files.js';
import { createSyncedFiles } from './synced-files.js';
import { temporaryPath } from './temporary-path.js';
import { writeStream } from './write-stream.js';

type GrowingObjects = Pick<
  BlobStore,
  'append' | 'growing' | 'readGrowing' | 'truncateGrowing' | 'discard' | 'listGrowing'
> & {
  /** Moves the bytes of `from`, in order, to a path outside of the growing ones. */
  finishInto(target: string, from: readonly string[], joining?: Joining): Promise<void>;
};

/** Growing objects are plain files: after a crash, the length of the file is the truth. */
export function createGrowingObjects(folder: string, temporaryFolder: string): GrowingObjects {
  /** Paths that an append is under way to. */
  const writtenTo = new Set<string>();
  const files = createSyncedFiles();

  const pathOf = (key: string): string => {
    assertBlobKey(key);
    return join(folder, key);
  };

  return {
    append: (key, offset, bytes) =>
      inWordsOfThePort(async () => {
        const path = pathOf(key);
        const sizeBytes = await files.settledSize(path);
        if (offset !== (sizeBytes ?? 0)) throw offsetMismatch(key, offset, sizeBytes ?? 0);
        if (sizeBytes === undefined) files.forget(path);
        const file = sizeBytes === undefined ? await createFile(path) : await open(path, 'r+');
        writtenTo.add(path);
        try {
          return { sizeBytes: await writeStream(file, bytes, offset) };
        } finally {
          // Also after an error: what arrived may be counted on.
          await files.settle(path, file).finally(() => {
            writtenTo.delete(path);
            return file.close();
          });
        }
      }),

    async growing(key) {
      const path = pathOf(key);
      const sizeBytes = await (writtenTo.has(path)
        ? files.sizeWhileWrittenTo(path)
        : files.settledSize(path));
      return sizeBytes === undefined ? undefined : { sizeBytes };
    },

    async readGrowing(key, start = 0) {
      const file = await openToRead(pathOf(key), key);
      return file.createReadStream({ start, highWaterMark: 1024 * 1024 });
    },

    truncateGrowing: (key, sizeBytes) =>
      inWordsOfThePort(async () => {
        const path = pathOf(key);
        const present = await files.settledSize(path);
        if (present === undefined) throw notFound('blob_not_found', `No growing object ${key}`, { key });
        if (present < sizeBytes) throw offsetMismatch(key, sizeBytes, present);
        await files.shorten(path, sizeBytes);
      }),

    discard: (key) =>
      inWordsOfThePort(async () => {
        await rm(pathOf(key), { force: true });
        files.forget(pathOf(key));
      }),

    async *listGrowing() {
      for await (const { key, stats } of walkFiles(folder, '')) {
        yield { key, sizeBytes: Number(stats.size), modifiedAt: stats.mtime.toISOString() };
      }
    },

    finishInto: (target, from, joining) =>
      inWordsOfThePort(async () => {
        const paths = from.map(pathOf);
        const [first, ...others] = paths;
        if (first === undefined) throw notFound('blob_not_found', 'There is nothing to finish');
        const sizes = await Promise.all(paths.map(files.settledSize));
        const missing = from[sizes.indexOf(undefined)];
        if (missing !== undefined) {
          // An earlier call may have got as far as removing what it had joined.
          if (!(await statIfThere(target))?.isFile()) {
            throw notFound('blob_not_found', `No growing object ${missing}`, { key: missing });
          }
        } else if (others.length === 0) {
          await renameDurably(first, target);
        } else {
          const joined = temporaryPath(temporaryFolder);
          try {
            await joinFiles(paths, joined, joining);
            await renameDurably(joined, target);
          } finally {
            await rm(joined, { force: true });
          }
        }
        for (const path of paths) {
          await rm(path, { force: true });
          files.forget(path);
        }
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

async function createFile(path: string): Promise<FileHandle> {
  await ensureFolder(dirname(path));
  const file = await open(path, 'wx');
  await syncFolder(dirname(path));
  return file;
}

export async function openToRead(path: string, key: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
  throw notFound('blob_not_found', `No blob ${key}`, { key });
}
