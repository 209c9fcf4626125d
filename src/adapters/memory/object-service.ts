import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { invalid, notFound } from '../../core/errors.js';
import type { ObjectService, StoredObject } from '../../objects/object-service.js';

interface Kept {
  readonly bytes: Uint8Array;
  readonly stored: StoredObject;
}

interface Unfinished {
  readonly key: string;
  readonly begunAt: string;
  readonly parts: Map<number, Uint8Array>;
  changedAt: string;
}

const md5Of = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

export function createMemoryObjectService({
  minimumPartBytes = 5 * 1024 ** 2,
  mostParts = 10_000,
} = {}): ObjectService {
  const objects = new Map<string, Kept>();
  const unfinished = new Set<Unfinished>();

  function keep(key: string, bytes: Uint8Array, etag: string): StoredObject {
    const modifiedAt = new Date().toISOString();
    const stored = { key, sizeBytes: bytes.length, etag, modifiedAt };
    objects.set(key, { bytes, stored });
    return stored;
  }

  return {
    ...{ minimumPartBytes, mostParts },
    async check() {},

    async put(key, bytes, { ifAbsent = false } = {}) {
      if (ifAbsent && objects.has(key)) return undefined;
      return keep(key, Buffer.from(bytes), md5Of(bytes));
    },

    head: async (key) => objects.get(key)?.stored,

    async read(key, { start = 0, end, signal } = {}) {
      signal?.throwIfAborted();
      const bytes = objects.get(key)?.bytes;
      if (!bytes) return undefined;
      if (start > 0 && start >= bytes.length)
        throw invalid('invalid_range', `There are no bytes from ${start} on in ${key}`);
      return Readable.from([bytes.subarray(start, end)], { objectMode: false });
    },

    async delete(keys) {
      for (const key of keys) objects.delete(key);
    },

    async *list(prefix) {
      for (const key of [...objects.keys()].filter((each) => each.startsWith(prefix)).sort()) {
        const stored = objects.get(key)?.stored;
        if (stored) yield stored;
      }
    },

    async begin(key) {
      const begunAt = new Date().toISOString();
      const upload: Unfinished = { key, begunAt, changedAt: begunAt, parts: new Map() };
      unfinished.add(upload);
      const parts = () => {
        if (!unfinished.has(upload)) throw notFound('blob_not_found', `No object in parts ${key}`);
        upload.changedAt = new Date().toISOString();
        return upload.parts;
      };
      return {
        async putPart(part, bytes) {
          parts().set(part, Buffer.from(bytes));
        },
        async copyPart(part, fromKey) {
          const from = objects.get(fromKey);
          if (!from) throw notFound('blob_not_found', `No object ${fromKey}`);
          parts().set(part, from.bytes);
        },
        async complete() {
          if (parts().size > mostParts)
            throw invalid('invalid_range', `An object has at most ${mostParts} parts`);
          const inOrder = [...parts()].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
          if (inOrder.slice(0, -1).some(({ length }) => length < minimumPartBytes))
            throw invalid('invalid_range', `A part but the last has at least ${minimumPartBytes} bytes`);
          unfinished.delete(upload);
          const digests = inOrder.map((bytes) => md5Of(bytes));
          keep(key, Buffer.concat(inOrder), `${md5Of(Buffer.from(digests.join()))}-${inOrder.length}`);
        },
        abort: async () => void unfinished.delete(upload),
      };
    },

    async *unfinished(prefix) {
      for (const upload of [...unfinished])
        if (upload.key.startsWith(prefix))
          yield {
            ...{ key: upload.key, begunAt: upload.begunAt },
            changedAt: async () => (unfinished.has(upload) ? upload.changedAt : undefined),
            abort: async () => void unfinished.delete(upload),
          };
    },
  };
}
