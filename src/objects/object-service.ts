import type { Readable } from 'node:stream';

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAt: string;
}

/** An object that comes in parts, all but the last of a least size, which nobody can read before they are one object. */
export interface ObjectOfParts {
  /** Parts count from 1, and may come in any order. */
  putPart(part: number, bytes: Uint8Array): Promise<void>;
  /** The same of bytes that are an object here already: they do not pass by. */
  copyPart(part: number, fromKey: string): Promise<void>;
  /** Makes the parts, in their order, one object, which replaces an older one of the key. */
  complete(): Promise<void>;
  abort(): Promise<void>;
}

/** Of an object in parts that was begun and is not there yet. */
export interface UnfinishedObject {
  readonly key: string;
  readonly begunAt: string;
  /** When its last part came, or it was begun; undefined when it is gone meanwhile. */
  changedAt(): Promise<string | undefined>;
  abort(): Promise<void>;
}

/**
 * An object service such as S3, as far as the blob store on it may rely on one: objects by key, each there whole or not at
 * all; no folders, no renames, no appends. What passes is thrown in the kinds of our errors.
 */
export interface ObjectService {
  readonly minimumPartBytes: number;
  /** An object may have so many. */
  readonly mostParts: number;
  /**
   * Replaces an older object of the key. `ifAbsent` (`If-None-Match: *`): gives undefined, changing nothing, where there is
   * one.
   */
  put(
    key: string,
    bytes: Uint8Array,
    options?: { readonly ifAbsent?: boolean },
  ): Promise<{ readonly etag: string } | undefined>;
  /** Throws what keeps it from being used at present. */
  check(): Promise<void>;
  head(key: string): Promise<StoredObject | undefined>;
  /** Bytes `start` to before `end`; undefined where there is no such object. Throws `invalid_range` where it has none from `start` on. */
  read(
    key: string,
    range?: { readonly start?: number; readonly end?: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Readable | undefined>;
  /** In no order. */
  delete(keys: readonly string[]): Promise<void>;
  /** Those whose key begins so, sorted by key. */
  list(prefix: string): AsyncIterable<StoredObject>;
  begin(key: string): Promise<ObjectOfParts>;
  /** Begun by any process, below a prefix. */
  unfinished(prefix: string): AsyncIterable<UnfinishedObject>;
}
