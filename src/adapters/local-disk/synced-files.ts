import { type FileHandle, truncate } from 'node:fs/promises';
import { syncFile } from './durable-files.js';
import { statIfThere } from './file-tree.js';

/**
 * How much of files that grow is on stable storage. When a sync fails, the system may have dropped what it could not
 * write, and calls the next sync a success. So only what was synced before counts from then on: the rest is cut off
 * before the file is said or made to be anything else.
 */
export interface SyncedFiles {
  /** The size of a file, all of it on stable storage; undefined when there is none. Not for one that `isWrittenTo`. */
  settledSize(path: string): Promise<number | undefined>;
  /** The same without cutting anything off: a file that would have to be is refused for now. */
  sizeWhileWrittenTo(path: string): Promise<number | undefined>;
  /** Has what was written to a settled file on stable storage, or takes it back and throws. */
  settle(path: string, file: FileHandle): Promise<void>;
  /** Makes a settled file shorter. */
  shorten(path: string, sizeBytes: number): Promise<void>;
  /** It is not there any more, or not by this name. */
  forget(path: string): void;
}

export function createSyncedFiles(): SyncedFiles {
  /** Bytes that are there for good, as far as this process knows: who asks for them again need not wait for the disk. */
  const synced = new Map<string, number>();
  const suspect = new Set<string>();

  async function sync(path: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
      // Somebody else may have been told of a failure meanwhile.
      if (suspect.has(path)) throw lost();
    } catch (error) {
      suspect.add(path);
      throw error;
    }
  }

  async function cutBack(path: string): Promise<void> {
    const keptBytes = synced.get(path) ?? 0;
    await truncate(path, keptBytes);
    await syncFile(path);
    suspect.delete(path);
    synced.set(path, keptBytes);
  }

  async function sizeWhileWrittenTo(path: string): Promise<number | undefined> {
    const sizeBytes = await sizeOf(path);
    if (sizeBytes === undefined) return undefined;
    if (suspect.has(path)) throw lost();
    const known = synced.get(path);
    if (known === sizeBytes) return sizeBytes;
    await sync(path, () => syncFile(path));
    // Who writes may have gone on meanwhile, and been told that more is kept, or less.
    if (synced.get(path) === known) synced.set(path, sizeBytes);
    return sizeBytes;
  }

  return {
    sizeWhileWrittenTo,

    async settledSize(path) {
      if (suspect.has(path) && (await sizeOf(path)) !== undefined) await cutBack(path);
      return sizeWhileWrittenTo(path);
    },

    async settle(path, file) {
      try {
        const { size } = await file.stat();
        await sync(path, () => file.datasync());
        synced.set(path, size);
      } catch (error) {
        // Where that fails too, it is tried before anything else is done with the file.
        await cutBack(path).catch(() => {});
        throw error;
      }
    },

    async shorten(path, sizeBytes) {
      synced.set(path, sizeBytes);
      await truncate(path, sizeBytes);
      await sync(path, () => syncFile(path));
    },

    forget(path) {
      synced.delete(path);
      suspect.delete(path);
    },
  };
}

const lost = () => new Error('The disk has not kept what was written to this file');

async function sizeOf(path: string): Promise<number | undefined> {
  const stats = await statIfThere(path);
  return stats?.isFile() ? Number(stats.size) : undefined;
}
