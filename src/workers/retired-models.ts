import type { BlobStore } from '../core/blob-store.js';
import type { ModelsReader } from '../core/readers/models.js';
import { MODELS_PLACE, modelKey, modelPlace, modelReadingKey } from '../domain/model/model-places.js';

/** Beside the one in use so many trained ones are kept, to go back to. */
const KEPT_MODELS = 5;
const LOOKED_AT = 200;

/** What a model that has just been trained means to those there are. */
export interface PlaceAmongModels {
  /** Trained ones that newer ones have taken the place of. */
  readonly retired: readonly string[];
  /** Whether it was ordered by itself, and somebody has gone back to another one since. */
  readonly waits: boolean;
}

export async function placeAmong(
  { modelId: own, name }: { readonly modelId: string; readonly name: string },
  models: Pick<ModelsReader, 'newest'>,
): Promise<PlaceAmongModels> {
  const known = await models.newest(name, LOOKED_AT);
  const reason = known.find(({ modelId }) => modelId === own)?.reason;
  const inUse = known.find(({ isCurrent }) => isCurrent);
  return {
    retired: known
      .filter(({ status, isCurrent }) => status === 'trained' && !isCurrent)
      .slice(KEPT_MODELS)
      .map(({ modelId }) => modelId),
    waits: reason !== undefined && reason !== 'asked' && inUse?.promoted?.isAutomatic === false,
  };
}

/**
 * Removes the bytes of models that were retired before, so that history says so first; and how far history was read for those
 * that are trained.
 */
export async function removeRetired(
  name: string,
  {
    models,
    blobs,
  }: {
    readonly models: Pick<ModelsReader, 'newest'>;
    readonly blobs: Pick<BlobStore, 'list' | 'remove'>;
  },
): Promise<void> {
  const keys = new Set<string>();
  for await (const { key } of blobs.list(MODELS_PLACE)) keys.add(key);
  for (const { modelId, status } of await models.newest(name, LOOKED_AT)) {
    if (status === 'retired' && keys.has(modelKey(modelId))) await blobs.remove(modelPlace(modelId));
    if (status === 'trained' && keys.has(modelReadingKey(modelId)))
      await blobs.remove(modelReadingKey(modelId));
  }
}
