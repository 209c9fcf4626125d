import { createHash, randomUUID } from 'node:crypto';
import { invalid, notFound } from '../../core/errors.js';
import type { ObjectService, StoredObject } from '../../objects/object-service.js';

interface Kept {
  readonly bytes: Uint8Array;
  readonly stored: StoredObject;
}

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Uint8Array>;
}

const md5Of = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

export function createMemoryObjectService({ minimumPartBytes = 5 * 1024 ** 2 } = {}): ObjectService {
  const objects = new Map<string, Kept>();
  const uploads = new Map<string, Upload>();

  function keep(key: string, bytes: Uint8Array, etag: string): StoredObject {
    const modifiedAt = new Date().toISOString();
    const stored = { key, sizeBytes: bytes.length, etag, modifiedAt };
    objects.set(key, { bytes, stored });
    return stored;
  }

  function uploadOf(uploadId: string): Upload {
    const upload = uploads.get(uploadId);
    if (!upload) throw notFound('blob_not_found', `No upload of parts ${uploadId}`);
    return upload;
  }

  return {
    minimumPartBytes,

    async put(key, bytes, { ifAbsent = false } = {}) {
      if (ifAbsent && objects.has(key)) return undefined;
      return keep(key, Buffer.from(bytes), md5Of(bytes));
    },

    head: async (key) => objects.get(key)?.stored,
    get: async (key, start, end) => objects.get(key)?.bytes.subarray(start, end),
    delete: async (key) => void objects.delete(key),

    async *list(prefix) {
      for (const key of [...objects.keys()].filter((each) => each.startsWith(prefix)).sort()) {
        const stored = objects.get(key)?.stored;
        if (stored) yield stored;
      }
    },

    async begin(key) {
      const uploadId = randomUUID();
      uploads.set(uploadId, { key, parts: new Map() });
      return uploadId;
    },

    async putPart(uploadId, part, bytes) {
      uploadOf(uploadId).parts.set(part, Buffer.from(bytes));
    },

    async copyPart(uploadId, part, fromKey) {
      const from = objects.get(fromKey);
      if (!from) throw notFound('blob_not_found', `No object ${fromKey}`);
      uploadOf(uploadId).parts.set(part, from.bytes);
    },

    async complete(uploadId) {
      const { key, parts } = uploadOf(uploadId);
      const inOrder = [...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
      if (inOrder.slice(0, -1).some(({ length }) => length < minimumPartBytes))
        throw invalid('invalid_range', `A part but the last has at least ${minimumPartBytes} bytes`);
      uploads.delete(uploadId);
      const digests = inOrder.map((bytes) => md5Of(bytes));
      return keep(key, Buffer.concat(inOrder), `${md5Of(Buffer.from(digests.join()))}-${inOrder.length}`);
    },

    async abort(uploadId) {
      uploads.delete(uploadId);
    },
  };
}
