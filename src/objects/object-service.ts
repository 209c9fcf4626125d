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
