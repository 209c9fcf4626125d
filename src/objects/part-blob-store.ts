import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { assertBlobKey } from '../core/blob-key.js';
import type { BlobStat, BlobStore } from '../core/blob-store.js';
import { invalid, notFound } from '../core/errors.js';
import { hashOf } from '../files/content-hashes.js';
import { composeObject } from './compose-object.js';
import { filesBelow } from './files-below.js';
import { createFlight } from './flight.js';
import { createGrowingObjects } from './growing-objects.js';
import type { ObjectService, StoredObject } from './object-service.js';
import { FIRST_PART_BYTES } from './part-sizes.js';

const OBJECTS = 'objects/';

/** Files of a folder that are on their way at once. */
const MOST_FILES_AT_ONCE = 4;
const MOST_KEYS_IN_A_REMOVAL = 1000;
/** Growing objects whose hash a process goes on with; those of others are read once more when they are finished. */
const MOST_HASHED = 1000;

/** Under which key of the service a blob lies. */
export const objectKey = (key: string): string => {
  assertBlobKey(key);
  return OBJECTS + key;
};

/** Blobs in an object service: whole ones below `objects/`, the pieces of growing ones below `growing/`. */
export function createPartBlobStore(
  service: ObjectService,
  {
    firstPartBytes = FIRST_PART_BYTES,
    mostHashed = MOST_HASHED,
  }: { readonly firstPartBytes?: number; readonly mostHashed?: number } = {},
): BlobStore {
  const {
    finishAs,
    sweep: sweepGrowing,
    append,
    ...growingObjects
  } = createGrowingObjects(service, { firstPartBytes, mostHashed });

  async function stat(key: string): Promise<BlobStat | undefined> {
    const object = await service.head(objectKey(key));
    return object && toBlobStat(object);
  }

  async function existing(key: string): Promise<BlobStat> {
    const found = await stat(key);
    if (!found) throw noBlob(key);
    return found;
  }

  async function readAll(key: string, signal?: AbortSignal): Promise<Readable> {
    const bytes = await service.read(objectKey(key), { signal });
    if (!bytes) throw noBlob(key);
    return bytes;
  }

  async function put(key: string, bytes: Readable | Uint8Array): Promise<BlobStat> {
    const chunks = bytes instanceof Uint8Array ? [bytes] : (bytes as AsyncIterable<Uint8Array>);
    await composeObject(service, objectKey(key), chunks, { firstPartBytes });
    return existing(key);
  }

  async function* list(prefix: string): AsyncGenerator<BlobStat> {
    const itself = prefix === '' ? undefined : await stat(prefix);
    if (itself) yield itself;
    for await (const object of service.list(prefix === '' ? OBJECTS : `${objectKey(prefix)}/`))
      yield toBlobStat(object);
  }

  return {
    ...growingObjects,
    ...{ put, stat, list },

    append: (key, offset, bytes, { becomes } = {}) =>
      append(key, offset, bytes, becomes === undefined ? {} : { becomes: objectKey(becomes) }),

    async read(key, range) {
      if (!range) return readAll(key);
      const { start, end } = range;
      if (!(start >= 0 && start <= end)) throw invalid('invalid_range', `There are no bytes ${start}-${end}`);
      const bytes = await service.read(objectKey(key), { start, end: end + 1 });
      if (!bytes) throw noBlob(key);
      return bytes;
    },

    async adoptFolder(prefix, localFolder) {
      const files = await filesBelow(localFolder);
      for (const file of files) assertBlobKey(`${prefix}/${file}`);
      const adopted: BlobStat[] = [];
      const flight = createFlight(MOST_FILES_AT_ONCE);
      for (const file of files)
        await flight.start(async () => {
          adopted.push(await put(`${prefix}/${file}`, createReadStream(join(localFolder, file))));
        });
      await flight.landed();
      await rm(localFolder, { recursive: true, force: true });
      return adopted;
    },

    async localFile(key, workFolder) {
      const bytes = await readAll(key);
      const path = join(workFolder, randomUUID());
      await pipeline(bytes, createWriteStream(path, { flags: 'wx' }));
      return path;
    },

    async remove(prefix) {
      assertBlobKey(prefix);
      const keys: string[] = [];
      const removeThem = async () => service.delete(keys.splice(0));
      for await (const { key } of list(prefix)) {
        keys.push(objectKey(key));
        if (keys.length === MOST_KEYS_IN_A_REMOVAL) await removeThem();
      }
      if (keys.length > 0) await removeThem();
    },

    async finish(key, from, finishing) {
      const finished = await finishAs(objectKey(key), from, finishing);
      const { sizeBytes, ...blob } = await existing(key);
      if (finished) return { ...blob, ...finished };
      // An earlier call has got as far as removing what it had joined.
      const bytes = await readAll(key, finishing?.signal);
      return { ...blob, sizeBytes, sha256: (await hashOf(bytes)).digest('hex') };
    },

    check: service.check,
    freeBytes: async () => undefined,

    async sweep(before) {
      let removed = await sweepGrowing(before);
      for await (const { begunAt, changedAt, abort } of service.unfinished(OBJECTS)) {
        // One that has a slow client may have begun long ago.
        if (begunAt >= before || ((await changedAt()) ?? before) >= before) continue;
        await abort();
        removed += 1;
      }
      return removed;
    },
  };
}

const noBlob = (key: string) => notFound('blob_not_found', `No blob ${key}`, { key });

const toBlobStat = ({ key, ...object }: StoredObject): BlobStat => ({
  ...object,
  key: key.slice(OBJECTS.length),
});
