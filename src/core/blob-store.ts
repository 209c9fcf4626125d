import type { Readable } from 'node:stream';

export interface BlobStat {
  readonly key: string;
  readonly sizeBytes: number;
  /** Changes whenever the bytes do. Without quotes. */
  readonly etag: string;
  readonly modifiedAt: string;
}

/**
 * The port to bytes at rest. Keys are relative, `/`-separated, of [A-Za-z0-9._-] segments, never `.` or `..`.
 * A key is visible only when its bytes are whole and on stable storage.
 */
export interface BlobStore {
  /** Streams bytes in; nothing is visible until the end. Throws `storage_full`, keeping nothing. */
  put(key: string, bytes: Readable | Uint8Array): Promise<BlobStat>;
  /** Takes over every file below a local folder as `prefix/<relative path>`; the folder may be gone afterwards. */
  adoptFolder(prefix: string, localFolder: string): Promise<readonly BlobStat[]>;
  stat(key: string): Promise<BlobStat | undefined>;
  /** Throws `not-found` when there is no such key. Range is inclusive, in bytes. */
  read(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** A local path with the bytes of `key`, to read from only, for tools that take files; a copy where the store is remote. */
  localFile(key: string, workFolder: string): Promise<string>;
  /** Removes every key below `prefix/` and the key itself. Repeating is harmless. */
  remove(prefix: string): Promise<void>;
  list(prefix: string): AsyncIterable<BlobStat>;

  /** A growing object: how resumable uploads come in. Appends at `offset` (must equal the present size, else `offset_mismatch`). */
  append(key: string, offset: number, bytes: Readable): Promise<{ readonly sizeBytes: number }>;
  /** Size and bytes of a growing object, undefined when there is none. Its bytes survive a crash up to the size told here. */
  growing(key: string): Promise<{ readonly sizeBytes: number } | undefined>;
  readGrowing(key: string): Promise<Readable>;
  /** The growing objects `from`, in order, become the blob `key`; they cease to grow and exist. Repeating is harmless. */
  finish(key: string, from: readonly string[]): Promise<BlobStat>;
  /** Drops a growing object. Repeating is harmless. */
  discard(key: string): Promise<void>;
  listGrowing(): AsyncIterable<{
    readonly key: string;
    readonly sizeBytes: number;
    readonly modifiedAt: string;
  }>;
  /** Bytes that can still be stored; undefined when the store cannot tell. */
  freeBytes(): Promise<number | undefined>;
}
