import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobStore, Finishing, WholeContent } from '../core/blob-store.js';
import { conflict } from '../core/errors.js';
import { createContentHashes, hashOf } from '../files/content-hashes.js';
import { composeObject } from './compose-object.js';
import { createFlight } from './flight.js';
import type { MemoryBudget } from './memory-budget.js';
import type { ObjectService } from './object-service.js';
import type { PartBuffers } from './part-buffers.js';
import { leastPartBytes, partBytesAt } from './part-sizes.js';
import { createPieceManifest, type Piece, totalBytes } from './piece-manifest.js';

export type GrowingObjects = Pick<
  BlobStore,
  'append' | 'growing' | 'hashReceived' | 'truncateGrowing' | 'discard' | 'listGrowing'
> & {
  /** Makes the bytes of `from`, in order, one object; undefined when not all of them are there any more. */
  finishAs(
    objectKey: string,
    from: readonly string[],
    finishing?: Finishing,
  ): Promise<WholeContent | undefined>;
  /** Removes what killed processes left that nothing names any more, if it is older than an instant. */
  sweep(before: string): Promise<number>;
};

/** Pieces of one append that are on their way at once. */
const MOST_ON_THEIR_WAY = 4;

/** Growing objects as pieces of `firstPieceBytes` or more. Of two who write at one offset one is refused. */
export function createGrowingPieces(
  service: ObjectService,
  {
    firstPieceBytes,
    mostHashed,
    budget,
    buffers,
  }: {
    readonly firstPieceBytes: number;
    readonly mostHashed: number;
    readonly budget: MemoryBudget;
    readonly buffers: PartBuffers;
  },
): GrowingObjects {
  const manifest = createPieceManifest(service);
  const hashes = createContentHashes();
  /** Etags of the pieces that this process has hashed, by their offsets; of objects in the order in which they grew last. */
  const hashed = new Map<string, Map<number, string>>();

  function noteHashed(key: string, offset: number, etag: string): void {
    const etags = hashed.get(key) ?? new Map<number, string>();
    hashed.delete(key);
    hashed.set(key, etags.set(offset, etag));
    // Of what was finished or dropped by another process this one hears nothing.
    const [oldest] = hashed.keys();
    if (hashed.size > mostHashed && oldest !== undefined) forget(oldest);
  }

  function forget(key: string): void {
    hashes.forget(key);
    hashed.delete(key);
  }

  async function hashOfFirst(key: string, pieces: readonly Piece[], sizeBytes: number, signal?: AbortSignal) {
    const etags = new Map(pieces.map((piece) => [piece.offset, piece.etag]));
    // Another process may have taken back what this one has hashed.
    if ([...(hashed.get(key) ?? [])].some(([offset, etag]) => etags.get(offset) !== etag)) forget(key);
    return hashes.of(key, sizeBytes, (start) => manifest.read(pieces, { start, end: sizeBytes, signal }));
  }

  /** Many small requests leave many small pieces, which cannot be copied as parts: they become one once they are enough. */
  async function mergeSmall(key: string, pieces: readonly Piece[]): Promise<void> {
    const isSmall = ({ sizeBytes }: Piece) => sizeBytes > 0 && sizeBytes < service.minimumPartBytes;
    const small = pieces.slice(pieces.findLastIndex((piece) => !isSmall(piece)) + 1);
    if (small.length < 2 || totalBytes(small) < service.minimumPartBytes) return;
    await manifest.merge(key, small, await buffer(manifest.read(small)));
    // What it has hashed is there still, under another etag.
    const known = hashed.get(key);
    for (const { offset } of small) known?.delete(offset);
  }

  /** Stores a stream in pieces from an offset on, and tells where it has got to. */
  async function writePieces(key: string, offset: number, bytes: Readable): Promise<number> {
    const flight = createFlight(MOST_ON_THEIR_WAY);
    const stored = new Set<number>();
    let missingFrom = Infinity;
    let at = offset;
    let gathered: Uint8Array[] = [];
    let gatheredBytes = 0;

    async function store(pieceAt: number, piece: Buffer): Promise<void> {
      try {
        const added = await manifest.add(key, pieceAt, piece);
        if (!added) throw offsetMismatch(key, pieceAt, totalBytes(await manifest.present(key)));
        noteHashed(key, pieceAt, added.etag);
        stored.add(pieceAt);
        buffers.free(piece);
      } catch (error) {
        missingFrom = Math.min(missingFrom, pieceAt);
        throw error;
      }
    }

    /** Of what came behind a piece that was not stored nothing counts, not even behind somebody else's in its place. */
    async function forgetBehind(): Promise<void> {
      forget(key);
      await manifest.takeBack(
        key,
        [...stored].filter((pieceAt) => pieceAt > missingFrom),
      );
    }

    async function sendPiece(): Promise<void> {
      const [pieceAt, piece] = [at, buffers.together(gathered)];
      hashes.update(key, pieceAt, piece);
      at += piece.length;
      gathered = [];
      gatheredBytes = 0;
      // Before more is taken in: what waits is held in memory as well.
      const giveBack = await budget.room(piece.length);
      const sent = () => store(pieceAt, piece).finally(giveBack);
      // Who is refused at the first has put nothing behind it.
      if (pieceAt === offset) return sent();
      await flight.start(sent).catch((error: unknown) => {
        giveBack();
        throw error;
      });
    }

    budget.enter();
    try {
      for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
        gathered.push(chunk);
        gatheredBytes += chunk.length;
        if (gatheredBytes >= budget.share(partBytesAt(at, firstPieceBytes))) await sendPiece();
      }
    } finally {
      budget.leave();
      // Also after an error: what arrived may be counted on.
      try {
        if (gatheredBytes > 0) await sendPiece();
      } finally {
        await flight.landed().finally(() => (missingFrom < Infinity ? forgetBehind() : undefined));
      }
    }
    return at;
  }

  return {
    async append(key, offset, bytes) {
      const pieces = (await manifest.find(key)) ?? [];
      const sizeBytes = totalBytes(pieces);
      if (offset !== sizeBytes) throw offsetMismatch(key, offset, sizeBytes);
      // What does not count would, once gaps are filled.
      const counts = new Set(pieces.map((piece) => piece.key));
      await manifest.remove((await manifest.all(key)).filter((piece) => !counts.has(piece.key)));
      if (offset === 0) forget(key);
      await mergeSmall(key, pieces);
      const writtenTo = await writePieces(key, offset, bytes);
      if (writtenTo === 0) await manifest.addEmpty(key);
      return { sizeBytes: writtenTo };
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
      await manifest.remove(pieces.filter((piece) => piece.offset >= sizeBytes && piece.sizeBytes > 0));
    },

    async discard(key) {
      await manifest.remove(await manifest.all(key));
      forget(key);
    },

    listGrowing: manifest.list,
    sweep: manifest.sweep,

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
      await composeObject(service, objectKey, whole, {
        ...{ signal, onCopied },
        leastPartBytes: leastPartBytes(whole.length, content.sizeBytes, service.mostParts),
      });
      for (const key of from) {
        await manifest.remove(await manifest.all(key));
        forget(key);
      }
      return content;
    },
  };
}

export const offsetMismatch = (key: string, offset: number, sizeBytes: number) =>
  conflict('offset_mismatch', `The upload stands at byte ${sizeBytes}, not at ${offset}`, {
    key,
    offset,
    sizeBytes,
  });
