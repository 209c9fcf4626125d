import { assertBlobKey } from '../core/blob-key.js';
import type { GrowingStat } from '../core/blob-store.js';
import { notFound } from '../core/errors.js';
import type { ObjectService, StoredObject } from './object-service.js';

export interface Piece extends StoredObject {
  readonly offset: number;
}

/**
 * What growing objects have received: pieces, each an object of its own that is named by its offset, so that the service's
 * list of them is the manifest. Pieces are in one row from 0; what lies behind a gap, or below the end of the one before, was
 * left by a removal that did not come to its end, and does not count. Of a growing object without bytes an empty object
 * tells, the first of the list.
 */
export interface PieceManifest {
  /** Those that count, undefined when there is no such growing object. */
  find(key: string): Promise<readonly Piece[] | undefined>;
  /** The same. Throws `blob_not_found`. */
  present(key: string): Promise<readonly Piece[]>;
  /** With those that do not count. */
  all(key: string): Promise<readonly Piece[]>;
  /** Adds a piece and gives its etag, undefined when there is one at this offset. */
  add(key: string, offset: number, bytes: Uint8Array): Promise<{ readonly etag: string } | undefined>;
  addEmpty(key: string): Promise<unknown>;
  /** Removes those at these offsets. */
  takeBack(key: string, offsets: readonly number[]): Promise<void>;
  /** Puts one piece in the place of several in a row, which hold the same bytes. */
  merge(key: string, pieces: readonly Piece[], bytes: Uint8Array): Promise<void>;
  /** The first ones first, one by one: without those, nothing is left that could be taken for a whole. */
  remove(pieces: readonly Piece[]): Promise<void>;
  /** The bytes `start` to before `end` of pieces in a row. Throws the signal's reason once that has fired. */
  read(
    pieces: readonly Piece[],
    range?: { readonly start?: number; readonly end?: number; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Uint8Array>;
  list(): AsyncIterable<GrowingStat>;
  /** Removes what belongs to no growing object any more and has not changed since an instant; tells how much that was. */
  sweep(before: string): Promise<number>;
}

const GROWING = 'growing/';
const EMPTY = '-';
const pieceName = /^growing\/(.+)\/@(-|\d{16})$/;

export const totalBytes = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** Of all that lies below one name, what counts. */
function inARow(all: readonly Piece[]): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const piece of all) if (piece.offset === totalBytes(pieces)) pieces.push(piece);
  return pieces.length === 0 ? undefined : pieces;
}

export function createPieceManifest(service: ObjectService): PieceManifest {
  const prefixOf = (key: string): string => {
    assertBlobKey(key);
    return `${GROWING}${key}/@`;
  };
  const nameOf = (key: string, offset: number) => prefixOf(key) + String(offset).padStart(16, '0');

  async function all(key: string): Promise<Piece[]> {
    const pieces: Piece[] = [];
    for await (const object of service.list(prefixOf(key))) pieces.push(toPiece(object));
    return pieces;
  }

  const find = async (key: string) => inARow(await all(key));

  /** All that lies here, by what it belongs to. */
  async function* byKey(): AsyncGenerator<{ readonly key: string; readonly pieces: readonly Piece[] }> {
    let current: { readonly key: string; readonly pieces: Piece[] } | undefined;
    for await (const object of service.list(GROWING)) {
      const key = pieceName.exec(object.key)?.[1];
      if (key === undefined) continue;
      if (current?.key !== key) {
        if (current) yield current;
        current = { key, pieces: [] };
      }
      current.pieces.push(toPiece(object));
    }
    if (current) yield current;
  }

  async function remove(pieces: readonly Piece[]): Promise<void> {
    // Of several at once some may stay. That an empty one was there tells of a growing object as well as the first bytes do.
    const isFirst = (piece: Piece) => piece === pieces[0] || piece.offset === 0;
    for (const { key } of pieces.filter(isFirst)) await service.delete([key]);
    const others = pieces.filter((piece) => !isFirst(piece)).map(({ key }) => key);
    if (others.length > 0) await service.delete(others);
  }

  return {
    all,
    find,
    remove,

    async present(key) {
      const pieces = await find(key);
      if (!pieces) throw notFound('blob_not_found', `No growing object ${key}`, { key });
      return pieces;
    },

    add: (key, offset, bytes) => service.put(nameOf(key, offset), bytes, { ifAbsent: true }),
    addEmpty: (key) => service.put(prefixOf(key) + EMPTY, new Uint8Array()),

    takeBack: (key, offsets) => service.delete(offsets.map((offset) => nameOf(key, offset))),

    async merge(key, pieces, bytes) {
      const [first, ...others] = pieces;
      if (!first) return;
      await service.put(nameOf(key, first.offset), bytes);
      await service.delete(others.map((piece) => piece.key));
    },

    async *read(pieces, { start = 0, end = Infinity, signal } = {}) {
      for (const { key, offset, sizeBytes } of pieces) {
        signal?.throwIfAborted();
        if (sizeBytes === 0 || offset + sizeBytes <= start || offset >= end) continue;
        const range = { start: Math.max(0, start - offset), end: Math.min(sizeBytes, end - offset) };
        const bytes = await service.read(key, { ...range, signal });
        if (!bytes) throw notFound('blob_not_found', `No piece ${key}`, { key });
        yield* bytes as AsyncIterable<Uint8Array>;
      }
    },

    async *list() {
      for await (const { key, pieces } of byKey()) {
        const present = inARow(pieces);
        if (present) yield { key, sizeBytes: totalBytes(present), modifiedAt: lastOf(pieces) };
      }
    },

    async sweep(before) {
      let removed = 0;
      for await (const { pieces } of byKey()) {
        if (inARow(pieces) || lastOf(pieces) >= before) continue;
        await remove(pieces);
        removed += pieces.length;
      }
      return removed;
    },
  };
}

const lastOf = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ modifiedAt }) => modifiedAt)
    .sort()
    .at(-1) ?? '';

function toPiece(object: StoredObject): Piece {
  const name = pieceName.exec(object.key)?.[2];
  return { ...object, offset: name === EMPTY ? 0 : Number(name) };
}
