import { createHash, randomUUID } from 'node:crypto';
import { invalid, notFound } from '../../core/errors.js';

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAt: string;
}

/**
 * An object service such as S3, as far as the blob store on it may rely on one: objects by key, each there whole or not at
 * all; no folders, no renames, no appends. Large ones are put together of parts, all but the last of a least size,
 * which nobody can read before they are one object.
 */
export interface ObjectService {
  readonly minimumPartBytes: number;
  /** Replaces an older object of the key. `ifAbsent` (`If-None-Match: *`): gives undefined, changing nothing, where there is one. */
  put(
    key: string,
    bytes: Uint8Array,
    options?: { readonly ifAbsent?: boolean },
  ): Promise<StoredObject | undefined>;
  head(key: string): Promise<StoredObject | undefined>;
  /** Bytes `start` to before `end`; undefined where there is no such object. */
  get(key: string, start?: number, end?: number): Promise<Uint8Array | undefined>;
  delete(key: string): Promise<void>;
  /** Those whose key begins so, sorted by key. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Begins an object of parts and gives its upload's id. */
  begin(key: string): Promise<string>;
  /** Parts count from 1. */
  putPart(uploadId: string, part: number, bytes: Uint8Array): Promise<void>;
  /** The same of bytes that are an object here already: they do not pass by. */
  copyPart(uploadId: string, part: number, fromKey: string): Promise<void>;
  /** Makes the parts, in order, one object. */
  complete(uploadId: string): Promise<StoredObject>;
  abort(uploadId: string): Promise<void>;
}

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
