import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Finishing, WholeContent } from '../core/blob-store.js';
import { createFlight } from './flight.js';
import type { MemoryBudget } from './memory-budget.js';
import type { ObjectOfParts, ObjectService } from './object-service.js';
import type { PartBuffers } from './part-buffers.js';
import { inPlacePartBytesAt } from './part-sizes.js';

interface Arrived extends WholeContent {
  readonly objectKey: string;
  readonly object: ObjectOfParts;
  readonly arrivedAt: string;
}

/**
 * Growing objects that come in one append and lie from the first byte on where they will be: as parts of that object, which
 * nobody can read before it is finished. Nothing is copied in the end. But parts cannot be read again for a hash, so that only the
 * process that has seen all of them pass by can finish them.
 */
export interface ArrivingInPlace {
  /**
   * Takes a stream in. What is less than a part is given back instead; undefined, with the stream as it was, when too many
   * arrive so already.
   */
  receive(
    key: string,
    objectKey: string,
    bytes: Readable,
  ): Promise<{ readonly sizeBytes: number } | { readonly tooSmall: Uint8Array } | undefined>;
  find(key: string): (WholeContent & { readonly objectKey: string }) | undefined;
  /** Of one that is there. Throws what `confirm` throws, and the signal's reason. */
  finish(key: string, finishing: Finishing): Promise<WholeContent>;
  drop(key: string): Promise<void>;
  /** Forgets what arrived before an instant and was never finished. */
  forgetBefore(instant: string): void;
}

/** Parts of one that are on their way at once. */
const MOST_ON_THEIR_WAY = 4;

export function createArrivingInPlace(
  service: ObjectService,
  {
    firstPartBytes,
    budget,
    buffers,
  }: { readonly firstPartBytes: number; readonly budget: MemoryBudget; readonly buffers: PartBuffers },
): ArrivingInPlace {
  const leastBytes = Math.max(firstPartBytes, service.minimumPartBytes);
  const partBytesOf = (at: number) => inPlacePartBytesAt(at, leastBytes);
  const arrived = new Map<string, Arrived>();

  async function drop(key: string): Promise<void> {
    const dropped = arrived.get(key);
    arrived.delete(key);
    await dropped?.object.abort();
  }

  async function takeIn(key: string, objectKey: string, bytes: Readable) {
    const hash = createHash('sha256');
    const flight = createFlight(MOST_ON_THEIR_WAY);
    let object: ObjectOfParts | undefined;
    let [parts, sizeBytes] = [0, 0];
    try {
      for await (const part of inParts(bytes, partBytesOf, buffers.together)) {
        if (!object && part.length < leastBytes) return { tooSmall: part };
        object ??= await service.begin(objectKey);
        const [into, number] = [object, ++parts];
        hash.update(part);
        sizeBytes += part.length;
        // Before more is taken in: what waits is held in memory as well.
        const giveBack = await budget.room(part.length);
        await flight
          .start(async () => {
            await into.putPart(number, part).finally(giveBack);
            buffers.free(part);
          })
          .catch((error: unknown) => {
            giveBack();
            throw error;
          });
      }
      await flight.landed();
    } catch (error) {
      // A part that is still on its way would outlive the end of what it belongs to.
      await flight.landed().catch(() => {});
      await object?.abort().catch(() => {});
      throw error;
    }
    if (!object) return { tooSmall: new Uint8Array() };
    const whole = { sizeBytes, sha256: hash.digest('hex') };
    arrived.set(key, { ...whole, objectKey, object, arrivedAt: new Date().toISOString() });
    return { sizeBytes };
  }

  return {
    drop,
    find: (key) => arrived.get(key),

    async receive(key, objectKey, bytes) {
      const giveBack = budget.reserve(leastBytes);
      return giveBack && takeIn(key, objectKey, bytes).finally(giveBack);
    },

    async finish(key, { confirm, signal }) {
      const found = arrived.get(key);
      if (!found) throw new Error(`Nothing has arrived as ${key}`);
      const { object, sizeBytes, sha256 } = found;
      confirm?.({ sizeBytes, sha256 });
      signal?.throwIfAborted();
      await object.complete();
      arrived.delete(key);
      return { sizeBytes, sha256 };
    },

    forgetBefore(instant) {
      for (const [key, { arrivedAt }] of arrived) if (arrivedAt < instant) arrived.delete(key);
    },
  };
}

/** A stream in parts of so many bytes, of which the last may have fewer. */
async function* inParts(
  bytes: Readable,
  enoughAt: (offset: number) => number,
  together: PartBuffers['together'],
): AsyncGenerator<Buffer> {
  let at = 0;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  const take = () => {
    const part = together(gathered);
    at += part.length;
    gathered = [];
    gatheredBytes = 0;
    return part;
  };
  for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
    gathered.push(chunk);
    gatheredBytes += chunk.length;
    if (gatheredBytes >= enoughAt(at)) yield take();
  }
  if (gatheredBytes > 0) yield take();
}
