import { assertBlobKey } from '../../core/blob-key.js';
import type { BlobStore, Finishing, WholeContent } from '../../core/blob-store.js';
import { conflict, notFound } from '../../core/errors.js';
import { createContentHashes, hashOf } from '../../files/content-hashes.js';
import { composeObject } from './compose-object.js';
import type { ObjectService, StoredObject } from './object-service.js';

type GrowingPieces = Pick<
  BlobStore,
  'append' | 'growing' | 'hashReceived' | 'truncateGrowing' | 'discard' | 'listGrowing'
> & {
  /** Makes the bytes of `from`, in order, one object; undefined when not all of them are there any more. */
  finishAs(
    objectKey: string,
    from: readonly string[],
    finishing?: Finishing,
  ): Promise<WholeContent | undefined>;
};

interface Piece extends StoredObject {
  readonly offset: number;
}

const GROWING = 'growing/';
/** Of a piece, and of what stands for a growing object that has none; that one is the first of a list. */
const pieceName = /^growing\/(.+)\/@(-|\d{16})$/;

/**
 * A growing object is a list of pieces, each an object of its own that is named by its offset: the service's list of them
 * is the manifest. Of two who write at one offset one is refused. Pieces are in one row from 0; what lies behind a gap was
 * left by a removal that did not come to its end, and does not count.
 */
export function createGrowingPieces(service: ObjectService, pieceBytes: number): GrowingPieces {
  const hashes = createContentHashes();
  /** Of the pieces that this process has hashed. */
  const hashed = new Map<string, readonly string[]>();

  const prefixOf = (key: string): string => {
    assertBlobKey(key);
    return `${GROWING}${key}/@`;
  };
  const pieceKey = (key: string, offset: number) => `${prefixOf(key)}${String(offset).padStart(16, '0')}`;
  const putEmpty = (key: string) => service.put(`${prefixOf(key)}-`, new Uint8Array());

  async function allPieces(key: string): Promise<Piece[]> {
    const pieces: Piece[] = [];
    for await (const object of service.list(prefixOf(key))) {
      const name = pieceName.exec(object.key)?.[2];
      pieces.push({ ...object, offset: name === '-' ? 0 : Number(name) });
    }
    return pieces;
  }

  /** Those that count, undefined when there is no such growing object. */
  async function manifestOf(key: string): Promise<readonly Piece[] | undefined> {
    const pieces: Piece[] = [];
    for (const piece of await allPieces(key)) if (piece.offset === sizeOf(pieces)) pieces.push(piece);
    return pieces.length === 0 ? undefined : pieces;
  }

  async function present(key: string): Promise<readonly Piece[]> {
    const pieces = await manifestOf(key);
    if (!pieces) throw notFound('blob_not_found', `No growing object ${key}`, { key });
    return pieces;
  }

  /** Another process may have taken back what this one has hashed. */
  async function hashOfFirst(key: string, pieces: readonly Piece[], sizeBytes: number, signal?: AbortSignal) {
    const etags = hashed.get(key) ?? [];
    const present = pieces.filter((piece) => piece.sizeBytes > 0);
    if (etags.some((etag, index) => present[index]?.etag !== etag)) forget(key);
    return hashes.of(key, sizeBytes, (start) => read(pieces, start, sizeBytes, signal));
  }

  function forget(key: string): void {
    hashes.forget(key);
    hashed.delete(key);
  }

  async function remove(pieces: readonly Piece[]): Promise<void> {
    for (const piece of pieces) await service.delete(piece.key);
  }

  async function* read(pieces: readonly Piece[], start = 0, end = Infinity, signal?: AbortSignal) {
    for (const { key, offset, sizeBytes } of pieces) {
      signal?.throwIfAborted();
      if (offset + sizeBytes <= start || offset >= end) continue;
      const bytes = await service.get(key, Math.max(0, start - offset), Math.min(sizeBytes, end - offset));
      if (!bytes) throw notFound('blob_not_found', `No piece ${key}`, { key });
      yield bytes;
    }
  }

  return {
    async append(key, offset, bytes) {
      const sizeBytes = sizeOf((await manifestOf(key)) ?? []);
      if (offset !== sizeBytes) throw offsetMismatch(key, offset, sizeBytes);
      // Behind a gap nothing counts, and would if the gap were filled.
      await remove((await allPieces(key)).filter((piece) => piece.offset >= offset && piece.sizeBytes > 0));
      if (offset === 0) forget(key);
      let at = offset;
      let gathered: Uint8Array[] = [];
      let gatheredBytes = 0;

      async function putPiece(): Promise<void> {
        const piece = Buffer.concat(gathered);
        const put = await service.put(pieceKey(key, at), piece, { ifAbsent: true });
        if (!put) throw offsetMismatch(key, at, sizeOf(await present(key)));
        hashes.update(key, at, piece);
        hashed.set(key, [...(hashed.get(key) ?? []), put.etag]);
        at += piece.length;
        gathered = [];
        gatheredBytes = 0;
      }

      try {
        for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
          gathered.push(chunk);
          gatheredBytes += chunk.length;
          if (gatheredBytes >= pieceBytes) await putPiece();
        }
      } finally {
        // Also after an error: what arrived may be counted on.
        if (gatheredBytes > 0) await putPiece();
      }
      if (at === 0) await putEmpty(key);
      return { sizeBytes: at };
    },

    async growing(key) {
      const pieces = await manifestOf(key);
      return pieces && { sizeBytes: sizeOf(pieces) };
    },

    async hashReceived(key, sizeBytes) {
      const pieces = await present(key);
      if (sizeOf(pieces) < sizeBytes) throw offsetMismatch(key, sizeBytes, sizeOf(pieces));
      return (await hashOfFirst(key, pieces, sizeBytes)).digest('hex');
    },

    async truncateGrowing(key, sizeBytes) {
      const pieces = await present(key);
      if (sizeOf(pieces) < sizeBytes) throw offsetMismatch(key, sizeBytes, sizeOf(pieces));
      if (sizeBytes === 0) await putEmpty(key);
      await remove(pieces.filter((piece) => piece.offset >= sizeBytes && piece.sizeBytes > 0).reverse());
    },

    async discard(key) {
      // From its end on: what is left, should this break off, is a shorter one.
      await remove((await allPieces(key)).reverse());
      forget(key);
    },

    async *listGrowing() {
      const known = new Map<string, string>();
      for await (const { key, modifiedAt } of service.list(GROWING)) {
        const name = pieceName.exec(key)?.[1];
        if (name !== undefined) known.set(name, modifiedAt);
      }
      for (const [key, modifiedAt] of known) {
        const pieces = await manifestOf(key);
        if (pieces) yield { key, sizeBytes: sizeOf(pieces), modifiedAt };
      }
    },

    async finishAs(objectKey, from, { confirm, signal, onCopied } = {}) {
      const manifests = await Promise.all(from.map(manifestOf));
      const [first, ...others] = manifests;
      const [firstKey] = from;
      if (first === undefined || firstKey === undefined || others.includes(undefined)) return undefined;
      const hash = await hashOfFirst(firstKey, first, sizeOf(first), signal);
      for (const pieces of others) await hashOf(read(pieces ?? [], 0, Infinity, signal), hash);
      const whole = manifests.flatMap((pieces) => pieces ?? []);
      const content = { sizeBytes: sizeOf(whole), sha256: hash.digest('hex') };
      confirm?.(content);
      await composeObject(service, objectKey, copied(whole, signal, onCopied));
      for (const key of from) {
        // From its beginning on: without that, nothing is left that could be taken for a whole.
        await remove(await allPieces(key));
        forget(key);
      }
      return content;
    },
  };
}

async function* copied(
  pieces: readonly Piece[],
  signal: AbortSignal | undefined,
  onCopied: Finishing['onCopied'],
): AsyncGenerator<Piece> {
  for (const piece of pieces) {
    signal?.throwIfAborted();
    yield piece;
    onCopied?.(piece.sizeBytes);
  }
  signal?.throwIfAborted();
}

const sizeOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const offsetMismatch = (key: string, offset: number, sizeBytes: number) =>
  conflict('offset_mismatch', `The upload stands at byte ${sizeBytes}, not at ${offset}`, {
    key,
    offset,
    sizeBytes,
  });
