import { Readable } from 'node:stream';
import { createArrivingInPlace } from './arriving-in-place.js';
import { createGrowingPieces, type GrowingObjects, offsetMismatch } from './growing-pieces.js';
import { createMemoryBudget } from './memory-budget.js';
import type { ObjectService } from './object-service.js';
import { createPartBuffers } from './part-buffers.js';

/**
 * Growing objects: as pieces, with which every process can go on, or in their place at once, where nobody would. What these
 * become is named by its key of the service.
 */
export function createGrowingObjects(
  service: ObjectService,
  { firstPartBytes, mostHashed }: { readonly firstPartBytes: number; readonly mostHashed: number },
): GrowingObjects {
  const budget = createMemoryBudget();
  const buffers = createPartBuffers();
  const pieces = createGrowingPieces(service, {
    firstPieceBytes: firstPartBytes,
    ...{ mostHashed, budget, buffers },
  });
  const inPlace = createArrivingInPlace(service, { firstPartBytes, budget, buffers });

  async function append(
    key: string,
    offset: number,
    bytes: Readable,
    becomes: string | undefined,
  ): Promise<{ readonly sizeBytes: number }> {
    const arrived = inPlace.find(key);
    if (arrived) throw offsetMismatch(key, offset, arrived.sizeBytes);
    if (becomes === undefined || offset > 0 || (await pieces.growing(key)))
      return pieces.append(key, offset, bytes);
    const received = await inPlace.receive(key, becomes, bytes);
    if (!received) return pieces.append(key, offset, bytes);
    if ('sizeBytes' in received) return received;
    return pieces.append(key, offset, Readable.from([received.tooSmall], { objectMode: false }));
  }

  return {
    ...pieces,

    append: (key, offset, bytes, { becomes } = {}) =>
      buffers.during(() => append(key, offset, bytes, becomes)),

    async growing(key) {
      const arrived = inPlace.find(key);
      return arrived ? { sizeBytes: arrived.sizeBytes } : pieces.growing(key);
    },

    async hashReceived(key, sizeBytes) {
      const arrived = inPlace.find(key);
      if (!arrived) return pieces.hashReceived(key, sizeBytes);
      if (arrived.sizeBytes !== sizeBytes) throw offsetMismatch(key, sizeBytes, arrived.sizeBytes);
      return arrived.sha256;
    },

    async truncateGrowing(key, sizeBytes) {
      const arrived = inPlace.find(key);
      if (!arrived) return pieces.truncateGrowing(key, sizeBytes);
      if (arrived.sizeBytes === sizeBytes) return;
      // It came in one append, which began at 0.
      if (sizeBytes !== 0) throw offsetMismatch(key, sizeBytes, arrived.sizeBytes);
      await inPlace.drop(key);
      await pieces.append(key, 0, Readable.from([]));
    },

    async discard(key) {
      await inPlace.drop(key);
      await pieces.discard(key);
    },

    async finishAs(objectKey, from, finishing = {}) {
      const [key] = from;
      const isAlone = key !== undefined && from.length === 1;
      return isAlone && inPlace.find(key)?.objectKey === objectKey
        ? inPlace.finish(key, finishing)
        : pieces.finishAs(objectKey, from, finishing);
    },

    async sweep(before) {
      inPlace.forgetBefore(before);
      return pieces.sweep(before);
    },
  };
}
