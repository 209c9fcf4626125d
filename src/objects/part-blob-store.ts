import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { assertBlobKey } from '../core/blob-key.js';
import type { BlobStat, BlobStore, ByteRange } from '../core/blob-store.js';
import { invalid, notFound } from '../core/errors.js';
import { hashOf } from '../files/content-hashes.js';
import { composeObject } from './compose-object.js';
import { createGrowingPieces } from './growing-pieces.js';
import type { ObjectService, StoredObject } from './object-service.js';

const OBJECTS = 'objects/';

/**
 * Blobs in an object service: whole ones below `objects/`, the pieces of growing ones below `growing/`. `pieceBytes` are held
 * in memory for each append until they are stored.
 */
export function createPartBlobStore(
  service: ObjectService,
  { pieceBytes = 16 * 1024 ** 2 }: { readonly pieceBytes?: number } = {},
): BlobStore {
  const { finishAs, ...growingPieces } = createGrowingPieces(service, pieceBytes);

  const objectKey = (key: string): string => {
    assertBlobKey(key);
    return OBJECTS + key;
  };

  async function stat(key: string): Promise<BlobStat | undefined> {
    const object = await service.head(objectKey(key));
    return object && toBlobStat(object);
  }

  async function existing(key: string): Promise<BlobStat> {
    const found = await stat(key);
    if (!found) throw notFound('blob_not_found', `No blob ${key}`, { key });
    return found;
  }

  async function* bytesOf(key: string, { start, end }: ByteRange, signal?: AbortSignal) {
    for (let at = start; at <= end; at += pieceBytes) {
      signal?.throwIfAborted();
      const bytes = await service.get(objectKey(key), at, Math.min(at + pieceBytes, end + 1));
      if (!bytes) throw notFound('blob_not_found', `No blob ${key}`, { key });
      yield bytes;
    }
  }

  async function read(key: string, range?: ByteRange): Promise<Readable> {
    const { sizeBytes } = await existing(key);
    const last = sizeBytes - 1;
    if (range && !(range.start >= 0 && range.start <= range.end && range.start <= last))
      throw invalid('invalid_range', `Bytes ${range.start}-${range.end} of ${sizeBytes} cannot be read`, {
        sizeBytes,
      });
    const { start, end } = range ?? { start: 0, end: last };
    return Readable.from(bytesOf(key, { start, end: Math.min(end, last) }), { objectMode: false });
  }

  async function put(key: string, bytes: Readable | Uint8Array): Promise<BlobStat> {
    const chunks = bytes instanceof Uint8Array ? [bytes] : (bytes as AsyncIterable<Uint8Array>);
    await composeObject(service, objectKey(key), chunks);
    return existing(key);
  }

  async function* list(prefix: string): AsyncGenerator<BlobStat> {
    const itself = prefix === '' ? undefined : await stat(prefix);
    if (itself) yield itself;
    for await (const object of service.list(prefix === '' ? OBJECTS : `${objectKey(prefix)}/`))
      yield toBlobStat(object);
  }

  return {
    ...growingPieces,
    ...{ put, stat, read, list },

    async adoptFolder(prefix, localFolder) {
      const files: string[] = [];
      for (const entry of await readdir(localFolder, { withFileTypes: true, recursive: true })) {
        const path = join(entry.parentPath, entry.name).slice(join(localFolder, '/').length);
        if (entry.isFile()) files.push(path);
        else if (!entry.isDirectory())
          throw invalid('not_a_regular_file', `Only regular files can be stored: ${path}`, { path });
      }
      for (const file of files) assertBlobKey(`${prefix}/${file}`);
      const adopted: BlobStat[] = [];
      for (const file of files)
        adopted.push(await put(`${prefix}/${file}`, createReadStream(join(localFolder, file))));
      await rm(localFolder, { recursive: true, force: true });
      return adopted;
    },

    async localFile(key, workFolder) {
      const bytes = await read(key);
      const path = join(workFolder, randomUUID());
      await pipeline(bytes, createWriteStream(path, { flags: 'wx' }));
      return path;
    },

    async remove(prefix) {
      assertBlobKey(prefix);
      for await (const { key } of list(prefix)) await service.delete(objectKey(key));
    },

    async finish(key, from, finishing) {
      const finished = await finishAs(objectKey(key), from, finishing);
      const { sizeBytes, ...blob } = await existing(key);
      if (finished) return { ...blob, ...finished };
      // An earlier call has got as far as removing what it had joined.
      const bytes = bytesOf(key, { start: 0, end: sizeBytes - 1 }, finishing?.signal);
      return { ...blob, sizeBytes, sha256: (await hashOf(bytes)).digest('hex') };
    },

    freeBytes: async () => undefined,
  };
}

const toBlobStat = ({ key, ...object }: StoredObject): BlobStat => ({
  ...object,
  key: key.slice(OBJECTS.length),
});
