import { buffer } from 'node:stream/consumers';
import { notFound } from '../core/errors.js';
import { createFlight } from './flight.js';
import type { ObjectOfParts, ObjectService, StoredObject } from './object-service.js';
import { FIRST_PART_BYTES, partBytesAt } from './part-sizes.js';

/** What an object is put together of: an object that is there already, or bytes that pass by. */
export type Ingredient = Pick<StoredObject, 'key' | 'sizeBytes'> | Uint8Array;

/** Each holds a part in memory, or keeps the service copying. */
const MOST_AT_ONCE = 4;

/**
 * Puts an object together, which is there when all of it is. What is large enough for a part is copied by the service;
 * what is too small is gathered until it is. Throws what the ingredients throw, and the signal's reason once that has fired.
 */
export async function composeObject(
  service: ObjectService,
  key: string,
  ingredients: AsyncIterable<Ingredient> | Iterable<Ingredient>,
  options: {
    readonly signal?: AbortSignal | undefined;
    /** So many bytes more, of objects that were there already, have been copied or passed by. */
    readonly onCopied?: ((bytes: number) => void) | undefined;
    readonly firstPartBytes?: number;
    /** Of objects and what is gathered of them, beside what the service asks for. */
    readonly leastPartBytes?: number;
  } = {},
): Promise<void> {
  const { signal, onCopied, firstPartBytes = FIRST_PART_BYTES, leastPartBytes = 0 } = options;
  const leastBytes = Math.max(service.minimumPartBytes, leastPartBytes);
  const flight = createFlight(MOST_AT_ONCE);
  let parts: ObjectOfParts | undefined;
  let part = 0;
  let at = 0;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;

  async function place(bytes: number, put: (parts: ObjectOfParts, part: number) => Promise<void>) {
    signal?.throwIfAborted();
    parts ??= await service.begin(key);
    const [into, number] = [parts, ++part];
    at += bytes;
    await flight.start(() => put(into, number));
  }

  function takeGathered(): Uint8Array {
    const bytes = gathered.length === 1 && gathered[0] ? gathered[0] : Buffer.concat(gathered);
    gathered = [];
    gatheredBytes = 0;
    return bytes;
  }

  async function placeGathered(): Promise<void> {
    const bytes = takeGathered();
    if (bytes.length > 0) await place(bytes.length, (into, number) => into.putPart(number, bytes));
  }

  async function gather(bytes: Uint8Array, enoughBytes: number): Promise<void> {
    gathered.push(bytes);
    gatheredBytes += bytes.length;
    if (gatheredBytes >= enoughBytes) await placeGathered();
  }

  try {
    for await (const ingredient of ingredients) {
      signal?.throwIfAborted();
      if (ingredient instanceof Uint8Array) {
        const enough = Math.max(service.minimumPartBytes, partBytesAt(at, firstPartBytes));
        await gather(ingredient, enough);
      } else if (gatheredBytes === 0 && ingredient.sizeBytes >= leastBytes)
        await place(ingredient.sizeBytes, async (into, number) => {
          await into.copyPart(number, ingredient.key);
          onCopied?.(ingredient.sizeBytes);
        });
      else {
        await gather(await bytesOf(service, ingredient.key), leastBytes);
        onCopied?.(ingredient.sizeBytes);
      }
    }
    if (parts) await placeGathered();
    await flight.landed();
    signal?.throwIfAborted();
    if (parts) return await parts.complete();
    await service.put(key, takeGathered());
  } catch (error) {
    // A part that is still on its way would outlive the end of what it belongs to.
    await flight.landed().catch(() => {});
    await parts?.abort().catch(() => {});
    throw error;
  }
}

async function bytesOf(service: ObjectService, key: string): Promise<Uint8Array> {
  const bytes = await service.read(key);
  if (!bytes) throw notFound('blob_not_found', `No object ${key}`, { key });
  return buffer(bytes);
}
