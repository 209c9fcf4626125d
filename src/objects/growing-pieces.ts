import type { BlobStore, Finishing, WholeContent } from '../core/blob-store.js';
import { conflict } from '../core/errors.js';
import { createContentHashes, hashOf } from '../files/content-hashes.js';
import { composeObject } from './compose-object.js';
import type { ObjectService } from './object-service.js';
import { createPieceManifest, type Piece, totalBytes } from './piece-manifest.js';

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

/** Growing objects as pieces of some `pieceBytes`. Of two who write at one offset one is refused. */
export function createGrowingPieces(service: ObjectService, pieceBytes: number): GrowingPieces {
  const manifest = createPieceManifest(service);
  const hashes = createContentHashes();
  /** Etags of the pieces that this process has hashed. */
  const hashed = new Map<string, readonly string[]>();

  function forget(key: string): void {
    hashes.forget(key);
    hashed.delete(key);
  }

  async function hashOfFirst(key: string, pieces: readonly Piece[], sizeBytes: number, signal?: AbortSignal) {
    const present = pieces.filter((piece) => piece.sizeBytes > 0);
    // Another process may have taken back what this one has hashed.
    if (hashed.get(key)?.some((etag, index) => present[index]?.etag !== etag)) forget(key);
    return hashes.of(key, sizeBytes, (start) => manifest.read(pieces, { start, end: sizeBytes, signal }));
  }

  return {
    async append(key, offset, bytes) {
      const sizeBytes = totalBytes((await manifest.find(key)) ?? []);
      if (offset !== sizeBytes) throw offsetMismatch(key, offset, sizeBytes);
      // Behind a gap nothing counts, and would if the gap were filled.
      const behind = (piece: Piece) => piece.offset >= offset && piece.sizeBytes > 0;
      await manifest.remove((await manifest.all(key)).filter(behind));
      if (offset === 0) forget(key);
      let at = offset;
      let gathered: Uint8Array[] = [];
      let gatheredBytes = 0;

      async function addPiece(): Promise<void> {
        const piece = Buffer.concat(gathered);
        const added = await manifest.add(key, at, piece);
        if (!added) throw offsetMismatch(key, at, totalBytes(await manifest.present(key)));
        hashes.update(key, at, piece);
        hashed.set(key, [...(hashed.get(key) ?? []), added.etag]);
        at += piece.length;
        gathered = [];
        gatheredBytes = 0;
      }

      try {
        for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
          gathered.push(chunk);
          gatheredBytes += chunk.length;
          if (gatheredBytes >= pieceBytes) await addPiece();
        }
      } finally {
        // Also after an error: what arrived may be counted on.
        if (gatheredBytes > 0) await addPiece();
      }
      if (at === 0) await manifest.addEmpty(key);
      return { sizeBytes: at };
    },

    async growing(key) {
      const pieces = await manifest.find(key);
      return pieces && { sizeBytes: totalBytes(pieces) };
    },

    async hashReceived(key, sizeBytes) {
      const pieces = await manifest.present(key);
      if (totalBytes(pieces) < sizeBytes) throw offsetMismatch(key, sizeBytes, totalBytes(pieces));
      return (await hashOfFirst(key, pieces, sizeBytes)).digest('hex');
    },

    async truncateGrowing(key, sizeBytes) {
      const pieces = await manifest.present(key);
      if (totalBytes(pieces) < sizeBytes) throw offsetMismatch(key, sizeBytes, totalBytes(pieces));
      if (sizeBytes === 0) await manifest.addEmpty(key);
      const behind = (piece: Piece) => piece.offset >= sizeBytes && piece.sizeBytes > 0;
      await manifest.remove(pieces.filter(behind).reverse());
    },

    async discard(key) {
      // From its end on: what is left, should this break off, is a shorter one.
      await manifest.remove([...(await manifest.all(key))].reverse());
      forget(key);
    },

    async *listGrowing() {
      for (const [key, modifiedAt] of await manifest.keys()) {
        const pieces = await manifest.find(key);
        if (pieces) yield { key, sizeBytes: totalBytes(pieces), modifiedAt };
      }
    },

    async finishAs(objectKey, from, { confirm, signal, onCopied } = {}) {
      const found = await Promise.all(from.map(manifest.find));
      const [firstKey] = from;
      const [first, ...others] = found.filter((pieces) => pieces !== undefined);
      if (firstKey === undefined || first === undefined || found.includes(undefined)) return undefined;
      const hash = await hashOfFirst(firstKey, first, totalBytes(first), signal);
      for (const pieces of others) await hashOf(manifest.read(pieces, { signal }), hash);
      const whole = [first, ...others].flat();
      const content = { sizeBytes: totalBytes(whole), sha256: hash.digest('hex') };
      confirm?.(content);
      await composeObject(service, objectKey, copied(whole, signal, onCopied));
      for (const key of from) {
        // From its beginning on: without that, nothing is left that could be taken for a whole.
        await manifest.remove(await manifest.all(key));
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

const offsetMismatch = (key: string, offset: number, sizeBytes: number) =>
  conflict('offset_mismatch', `The upload stands at byte ${sizeBytes}, not at ${offset}`, {
    key,
    offset,
    sizeBytes,
  });
