import { constants } from 'node:fs';
import { access, open, rename, rm, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { assertBlobKey } from '../../core/blob-key.js';
import type { BlobStat, BlobStore } from '../../core/blob-store.js';
import { invalid, notFound } from '../../core/errors.js';
import { moveFolder } from './adopt-folder.js';
import { asStoreError, ensureFolder, hasCode, renameDurably, syncFolder } from './durable-files.js';
import { type FoundFile, openToRead, statIfThere, walkFiles } from './file-tree.js';
import { createGrowingObjects } from './growing-objects.js';
import { closeTree } from './owner-only.js';
import { openPrivateFolder } from './private-folder.js';
import { readAtOnce } from './read-at-once.js';
import { shareFile } from './share-file.js';
import { temporaryPath } from './temporary-path.js';
import { writeStream } from './write-stream.js';

/** Of a range that is no longer, as a segment is, a stream would be more work than the bytes are. */
const AT_ONCE_BYTES = 512 * 1024;

/**
 * Blobs as files below `folder`: `objects/<key>` whole ones, `growing/<key>` those that still come in, `temporary/`
 * what is being written, in a folder a process. Makes the folders, closes them to other users, and removes what killed processes left in
 * `temporary/`.
 */
export async function createLocalBlobStore(options: { readonly folder: string }): Promise<BlobStore> {
  const root = resolve(options.folder);
  const objects = join(root, 'objects');
  const growing = join(root, 'growing');
  for (const folder of [objects, growing]) await ensureFolder(folder);
  await closeTree(root);
  const { path: temporary } = await openPrivateFolder(join(root, 'temporary'));

  const { finishInto, ...growingObjects } = createGrowingObjects(growing, temporary);

  const pathOf = (key: string): string => {
    assertBlobKey(key);
    return join(objects, key);
  };

  async function stat(key: string): Promise<BlobStat | undefined> {
    const stats = await statIfThere(pathOf(key));
    return stats?.isFile() ? toBlobStat({ key, stats }) : undefined;
  }

  async function existing(key: string): Promise<BlobStat> {
    const found = await stat(key);
    if (!found) throw notFound('blob_not_found', `No blob ${key}`, { key });
    return found;
  }

  return {
    ...growingObjects,
    stat,

    async put(key, bytes) {
      const path = pathOf(key);
      const draft = temporaryPath(temporary);
      try {
        const file = await open(draft, 'wx');
        try {
          await writeStream(file, bytes instanceof Uint8Array ? [bytes] : bytes, 0);
          await file.sync();
        } finally {
          await file.close();
        }
        await renameDurably(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw asStoreError(error);
      }
      return existing(key);
    },

    async adoptFolder(prefix, localFolder) {
      const target = pathOf(prefix);
      const source = resolve(localFolder);
      try {
        const files = await moveFolder({ prefix, source, target, temporaryFolder: temporary });
        return await Promise.all(files.map((file) => existing(`${prefix}/${file}`)));
      } catch (error) {
        throw asStoreError(error);
      }
    },

    async read(key, range) {
      const path = pathOf(key);
      const sizeBytes = range ? range.end - range.start + 1 : 0;
      if (range && range.start >= 0 && sizeBytes > 0 && sizeBytes <= AT_ONCE_BYTES) {
        const bytes = await readAtOnce(path, range.start, sizeBytes);
        if (bytes) return streamOf(bytes);
      }
      const file = await openToRead(path, key);
      if (!range) return file.createReadStream({ highWaterMark: 256 * 1024 });
      const { size } = await file.stat();
      if (!(range.start >= 0 && range.start <= range.end && range.start < size)) {
        await file.close();
        throw invalid('invalid_range', `Bytes ${range.start}-${range.end} of ${size} cannot be read`, {
          sizeBytes: size,
        });
      }
      return file.createReadStream({ ...range, highWaterMark: 256 * 1024 });
    },

    async localFile(key) {
      await existing(key);
      return pathOf(key);
    },

    async shareBytes(from, to, signal) {
      return shareFile({ from: pathOf(from), to: pathOf(to), draft: temporaryPath(temporary), signal });
    },

    async remove(prefix) {
      const path = pathOf(prefix);
      const doomed = temporaryPath(temporary);
      try {
        // One rename makes all of it disappear at once; a crash while it is deleted is the sweep's business.
        await rename(path, doomed);
        await syncFolder(join(path, '..'));
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'ENOTDIR')) return;
        throw error;
      }
      await rm(doomed, { recursive: true, force: true });
    },

    async *list(prefix) {
      if (prefix !== '') assertBlobKey(prefix);
      for await (const file of walkFiles(objects, prefix)) yield toBlobStat(file);
    },

    async finish(key, from, finishing) {
      const sha256 = await finishInto(pathOf(key), from, finishing);
      return { ...(await existing(key)), sha256 };
    },

    // What killed processes left is taken away when it is opened.
    sweep: async () => 0,

    async check() {
      await access(objects, constants.R_OK | constants.W_OK);
    },

    async freeBytes() {
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
  };
}

/** A stream that has all there is from the beginning. */
function streamOf(bytes: Buffer): Readable {
  const stream = new Readable({ read() {} });
  stream.push(bytes);
  stream.push(null);
  return stream;
}

function toBlobStat({ key, stats }: FoundFile): BlobStat {
  const { size, mtimeNs, ino, dev, nlink } = stats;
  return {
    key,
    sizeBytes: Number(size),
    // Every write makes a new file, so its number and time tell versions apart without reading them.
    etag: [size, mtimeNs, ino].map((part) => part.toString(16)).join('-'),
    modifiedAt: stats.mtime.toISOString(),
    ...(nlink > 1n && { sharedAs: `${dev.toString(16)}-${ino.toString(16)}` }),
  };
}
