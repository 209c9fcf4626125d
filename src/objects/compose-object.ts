import type { ObjectService, StoredObject } from './object-service.js';

/** What an object is put together of: an object that is there already, or bytes that pass by. */
export type Ingredient = Pick<StoredObject, 'key' | 'sizeBytes'> | Uint8Array;

/**
 * Puts an object together, which is there when all of it is. What is large enough for a part is copied by the service;
 * what is too small is gathered until it is.
 */
export async function composeObject(
  service: ObjectService,
  key: string,
  ingredients: AsyncIterable<Ingredient> | Iterable<Ingredient>,
): Promise<void> {
  const uploadId = await service.begin(key);
  let part = 0;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;

  async function putGathered(): Promise<void> {
    if (gatheredBytes > 0) await service.putPart(uploadId, ++part, Buffer.concat(gathered));
    gathered = [];
    gatheredBytes = 0;
  }

  async function gather(bytes: Uint8Array): Promise<void> {
    gathered.push(bytes);
    gatheredBytes += bytes.length;
    if (gatheredBytes >= service.minimumPartBytes) await putGathered();
  }

  try {
    for await (const ingredient of ingredients) {
      if (ingredient instanceof Uint8Array) await gather(ingredient);
      else if (gatheredBytes === 0 && ingredient.sizeBytes >= service.minimumPartBytes)
        await service.copyPart(uploadId, ++part, ingredient.key);
      else await gather((await service.get(ingredient.key)) ?? new Uint8Array());
    }
    if (part > 0) {
      await putGathered();
      await service.complete(uploadId);
    } else {
      await service.put(key, Buffer.concat(gathered));
      await service.abort(uploadId);
    }
  } catch (error) {
    await service.abort(uploadId);
    throw error;
  }
}
