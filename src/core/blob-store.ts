import type { Readable } from 'node:stream';
import type { Instant } from './time.js';

export interface BlobStat {
  readonly key: string;
  readonly sizeBytes: number;
  /** Changes whenever the bytes do. Without quotes. */
  readonly etag: string;
  readonly modifiedAt: string;
  /** Where other keys have these very bytes too: what names them, the same of all. */
  readonly sharedAs?: string;
}

/** Bytes `start` to `end`, both included, counted from 0; an `end` beyond the last byte means the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a client is to be told of bytes that it reads from the store itself. */
export interface ClientHeaders {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly contentDisposition?: string | undefined;
}

export interface BlobAddress {
  readonly url: string;
  /** For at least so long from now on it can be read. */
  readonly validSeconds: number;
}

export interface GrowingStat {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: string;
}

/** What becomes visible when growing objects are finished. */
export interface WholeContent {
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface Appending {
  /**
   * The blob that these bytes alone are to be finished as, by this process, without a further append: so it is where a client
   * begins anew when it gets no answer. A store may put them there at once, where nobody sees them before they are finished. Then
   * nothing of them stays when they break off, no other process knows of them, and they are gone with this one.
   */
  readonly becomes?: string;
}

/** Finishing takes its time where bytes have to be read again or copied. */
export interface Finishing {
  /**
   * Told of the whole before any of it is visible under its key. What it throws is thrown, and the growing objects stay
   * as they were.
   */
  readonly confirm?: ((whole: WholeContent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** So many bytes more are there twice. */
  readonly onCopied?: ((bytes: number) => void) | undefined;
}

/** Of what an append has taken, at most so many bytes are still on their way and not missing from `freeBytes` yet. */
export const MOST_UNWRITTEN_BYTES = 4 * 1024 * 1024;

/**
 * The port to bytes at rest, such as a folder or an object service can keep. Keys are checked by `assertBlobKey`. A key is
 * visible only when its bytes are whole and on stable storage. Whoever makes keys makes none that is the beginning of
 * another (`a` and `a/b`): what a store does about that is its own.
 */
export interface BlobStore {
  /**
   * Streams bytes in; nothing is visible until the end, an older blob of the key stays until then. Throws
   * `storage_full` or what the stream throws, keeping nothing.
   */
  put(key: string, bytes: Readable | Uint8Array): Promise<BlobStat>;
  /**
   * Takes over every file below a local folder as `prefix/<relative path>`; the folder is gone afterwards. Each file is whole
   * when it is visible, but they come one after another: others are told of the prefix when all have. After an error some
   * may be there, and repeating takes the rest. Throws `invalid_blob_key` for file names that are no keys,
   * `not_a_regular_file` for links and devices, taking nothing.
   */
  adoptFolder(prefix: string, localFolder: string): Promise<readonly BlobStat[]>;
  stat(key: string): Promise<BlobStat | undefined>;
  /** Throws `blob_not_found`, or `invalid_range` when the range begins beyond the end. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /**
   * Where a client reads the bytes of `key` itself, with these headers, if it is to: absent where everything is read through
   * us. Nobody looks whether there is such a key.
   */
  readonly addressOf?: (key: string, headers: ClientHeaders) => Promise<BlobAddress>;
  /** A local path with the bytes of `key`, to read from only, for tools that take files; a copy where the store is remote. */
  localFile(key: string, workFolder: string): Promise<string>;
  /**
   * Has `to` lie where `from` lies, if both are the same byte for byte: they take up room once from then on, each is removed by
   * itself, and the bytes are gone with the last. Tells whether they lie in one place now; they do not when they differ, one of
   * them is gone, or the place takes no further key. Only for keys that nobody writes any more: one that is removed meanwhile
   * stays removed, and at no moment is `to` without its bytes, though its etag may change. Throws the signal's reason. Absent
   * where each key has bytes of its own.
   */
  readonly shareBytes?: (from: string, to: string, signal?: AbortSignal) => Promise<boolean>;
  /** Removes every key below `prefix/` and the key itself. Repeating is harmless. */
  remove(prefix: string): Promise<void>;
  /**
   * Every key below `prefix/` and the key itself, all keys for the empty prefix. In no order, but that all keys below one
   * folder come one after another: so does a walk through folders bring them, and so does a list sorted by key.
   */
  list(prefix: string): AsyncIterable<BlobStat>;

  /**
   * A growing object: how uploads come in. It is not read back; the store hashes what it receives. Whoever changes one is
   * the only one who does: that is the business of a `Locker`. Appends at `offset`, which must be the present size (0
   * makes a new one), else throws `offset_mismatch`. Whatever arrived before an error stays. Throws `storage_full`, or
   * what the stream throws.
   */
  append(
    key: string,
    offset: number,
    bytes: Readable,
    appending?: Appending,
  ): Promise<{ readonly sizeBytes: number }>;
  /** The size of a growing object, undefined when there is none. Its bytes survive a crash up to the size told here. */
  growing(key: string): Promise<{ readonly sizeBytes: number } | undefined>;
  /**
   * SHA-256 (hex) of the first `sizeBytes` bytes that a growing object has received: to tell whether bytes that come once
   * more are the same. Throws `blob_not_found`, `offset_mismatch` when the object is shorter.
   */
  hashReceived(key: string, sizeBytes: number): Promise<string>;
  /**
   * Takes back the last append: `sizeBytes` is the size at which it began. Repeating is harmless. Throws
   * `blob_not_found`, `offset_mismatch` when the object is shorter.
   */
  truncateGrowing(key: string, sizeBytes: number): Promise<void>;
  /**
   * The growing objects `from`, in order, become the blob `key`; they cease to grow and exist. Its SHA-256 is known before
   * it is visible. Repeating it, also after a crash in the middle, ends in the same blob, which is not confirmed again once it
   * is there. Throws `blob_not_found`, `storage_full`, and the signal's reason when that fires before the blob is there: the
   * growing objects stay as they were.
   */
  finish(key: string, from: readonly string[], finishing?: Finishing): Promise<BlobStat & WholeContent>;
  /** Drops a growing object. Repeating is harmless. */
  discard(key: string): Promise<void>;
  listGrowing(): AsyncIterable<GrowingStat>;
  /**
   * Removes what killed processes left that no call can name any more, if it has not changed since an instant; tells how
   * many things that were.
   */
  sweep(before: Instant): Promise<number>;
  /** Throws what keeps it from being used at present. */
  check(): Promise<void>;
  /** Bytes that can still be stored; undefined when the store cannot tell. */
  freeBytes(): Promise<number | undefined>;
}
