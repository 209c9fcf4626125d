import { assertBlobKey } from '../core/blob-key.js';
import { notFound } from '../core/errors.js';
import type { ObjectService, StoredObject } from './object-service.js';

export interface Piece extends StoredObject {
  readonly offset: number;
}

/**
 * What growing objects have received: pieces, each an object of its own that is named by its offset, so that the service's
 * list of them is the manifest. Pieces are in one row from 0; what lies behind a gap was left by a removal that did not
 * come to its end, and does not count. Of a growing object without bytes an empty object tells, the first of the list.
 */
export interface PieceManifest {
  /** Those that count, undefined when there is no such growing object. */
  find(key: string): Promise<readonly Piece[] | undefined>;
  /** The same. Throws `blob_not_found`. */
  present(key: string): Promise<readonly Piece[]>;
  /** With those behind a gap. */
  all(key: string): Promise<readonly Piece[]>;
  /** Adds a piece, undefined when there is one at this offset. */
  add(key: string, offset: number, bytes: Uint8Array): Promise<StoredObject | undefined>;
  addEmpty(key: string): Promise<unknown>;
  /** One after another, in this order. */
  remove(pieces: readonly Piece[]): Promise<void>;
  /** The bytes `start` to before `end` of pieces in a row. Throws the signal's reason once that has fired. */
  read(
    pieces: readonly Piece[],
    range?: { readonly start?: number; readonly end?: number; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Uint8Array>;
  /** Each growing object that has an object here, with when it was last added to. */
  keys(): Promise<ReadonlyMap<string, string>>;
}

const GROWING = 'growing/';
const EMPTY = '-';
const pieceName = /^growing\/(.+)\/@(-|\d{16})$/;

export const totalBytes = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

export function createPieceManifest(service: ObjectService): PieceManifest {
  const prefixOf = (key: string): string => {
    assertBlobKey(key);
    return `${GROWING}${key}/@`;
  };

  async function all(key: string): Promise<Piece[]> {
    const pieces: Piece[] = [];
    for await (const object of service.list(prefixOf(key))) {
      const name = pieceName.exec(object.key)?.[2];
      pieces.push({ ...object, offset: name === EMPTY ? 0 : Number(name) });
    }
    return pieces;
  }

  async function find(key: string): Promise<readonly Piece[] | undefined> {
    const pieces: Piece[] = [];
    for (const piece of await all(key)) if (piece.offset === totalBytes(pieces)) pieces.push(piece);
    return pieces.length === 0 ? undefined : pieces;
  }

  return {
    all,
    find,

    async present(key) {
      const pieces = await find(key);
      if (!pieces) throw notFound('blob_not_found', `No growing object ${key}`, { key });
      return pieces;
    },

    add: (key, offset, bytes) =>
      service.put(prefixOf(key) + String(offset).padStart(16, '0'), bytes, { ifAbsent: true }),
    addEmpty: (key) => service.put(prefixOf(key) + EMPTY, new Uint8Array()),

    async remove(pieces) {
      for (const piece of pieces) await service.delete(piece.key);
    },

    async *read(pieces, { start = 0, end = Infinity, signal } = {}) {
      for (const { key, offset, sizeBytes } of pieces) {
        signal?.throwIfAborted();
        if (offset + sizeBytes <= start || offset >= end) continue;
        const bytes = await service.get(key, Math.max(0, start - offset), Math.min(sizeBytes, end - offset));
        if (!bytes) throw notFound('blob_not_found', `No piece ${key}`, { key });
        yield bytes;
      }
    },

    async keys() {
      const known = new Map<string, string>();
      for await (const { key, modifiedAt } of service.list(GROWING)) {
        const name = pieceName.exec(key)?.[1];
        if (name !== undefined) known.set(name, modifiedAt);
      }
      return known;
    },
  };
}
