import { createHash, randomUUID } from 'node:crypto';
import { link, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BlobStat, BlobStore } from '../../core/blob-store.js';
import { notFound } from '../../core/errors.js';
import { makeFolders } from '../../files/make-folders.js';
import { makeRoom } from './cache-room.js';
import { hasCode } from './durable-files.js';
import { tryLockFile } from './file-lock.js';
import { closeFolder } from './owner-only.js';
import { openPrivateFolder } from './private-folder.js';

/** Between two looks whether another process of this host has fetched a file. */
const LOOK_MILLISECONDS = 200;

export interface CachedFiles extends Pick<BlobStore, 'localFile'> {
  close(): Promise<void>;
}

/**
 * Local files of a store that is elsewhere, fetched once for all who ask for them on this host: all steps, in all processes
 * that share `folder`. Who gets one has a link of its own in its work folder, so that it stays when the cache lets go of it.
 * The longest unused go first when there are more than `maximumBytes`; what alone is larger is fetched past the cache.
 */
export async function openCachedFiles(options: {
  readonly store: Pick<BlobStore, 'stat' | 'localFile'>;
  readonly folder: string;
  readonly maximumBytes: number;
  /** Told each time whether the file was at hand. */
  readonly onAsked?: (isThere: boolean) => void;
}): Promise<CachedFiles> {
  const { store, folder, maximumBytes, onAsked = () => {} } = options;
  await makeFolders(folder, 0o700);
  await closeFolder(folder);
  const incoming = await openPrivateFolder(join(folder, 'incoming'));
  const fetching = new Map<string, Promise<void>>();

  async function fetch(blob: BlobStat, path: string): Promise<void> {
    const lock = await lockOrSee(path);
    if (!lock) return;
    try {
      await makeRoom(folder, maximumBytes - blob.sizeBytes);
      await rename(await store.localFile(blob.key, incoming.path), path);
    } finally {
      await rm(`${path}.lock`, { force: true });
      lock.release();
    }
  }

  /** The right to fetch it, or nothing once another process has. */
  async function lockOrSee(path: string) {
    for (;;) {
      const lock = tryLockFile(`${path}.lock`, 'exclusive');
      if (await touch(path)) {
        lock?.release();
        return undefined;
      }
      if (lock) return lock;
      await delay(LOOK_MILLISECONDS);
    }
  }

  function fetchOnce(blob: BlobStat, path: string): Promise<void> {
    const underWay = fetching.get(path) ?? fetch(blob, path).finally(() => fetching.delete(path));
    fetching.set(path, underWay);
    return underWay;
  }

  return {
    async localFile(key, workFolder) {
      const blob = await store.stat(key);
      if (!blob) throw notFound('blob_not_found', `No blob ${key}`, { key });
      if (blob.sizeBytes > maximumBytes) return store.localFile(key, workFolder);
      const path = join(folder, nameOf(blob));
      const own = join(workFolder, randomUUID());
      // Another may need the room just after it was fetched.
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const isThere = await linkIfThere(path, own);
        if (attempt === 0) onAsked(isThere);
        if (isThere) return own;
        await fetchOnce(blob, path);
      }
      return store.localFile(key, workFolder);
    },
    close: () => incoming.close(),
  };
}

/** A blob that is put anew is another file. */
const nameOf = ({ key, etag }: BlobStat): string =>
  createHash('sha256').update(`${key}\0${etag}`).digest('hex');

/** Whether it is there; it counts as just used. */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
}

async function linkIfThere(path: string, own: string): Promise<boolean> {
  if (!(await touch(path))) return false;
  return link(path, own).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    },
  );
}
