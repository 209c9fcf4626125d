import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '../core/blob-store.js';
import { sha256Of } from '../core/bytes-hash.js';
import { messageOf, unavailable } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { ModelsReader, UsableModel } from '../core/readers/models.js';
import { type Model, trainModel } from '../recommender/model.js';
import { modelFromBlob } from '../recommender/model-blob.js';
import { packHistory } from '../recommender/packed-history.js';
import { MODEL_PARAMETERS } from '../recommender/parameters.js';

/** What lists are made of, and how they name it. */
export interface LoadedModel {
  readonly model: Model;
  readonly version: string;
}

/** Where there is no model: nothing is known of who cares for what, and tags, popularity and freshness decide. */
export const UNTRAINED: LoadedModel = {
  model: trainModel(packHistory([]), { position: null, parameters: MODEL_PARAMETERS, seed: 1 }),
  version: 'untrained',
};

/** Bytes that could not be read are not asked for again with every list. */
const RETRY_MILLISECONDS = 30_000;

export interface KeptModelOptions {
  readonly models: Pick<ModelsReader, 'current'>;
  readonly blobs: Pick<BlobStore, 'read'>;
}

/**
 * Gives the model in use, as of when it is asked for. Another one is loaded beside the present one, of which lists are
 * made until it is there; one that cannot be read leaves the present one in its place.
 */
export function keepModel({ models, blobs }: KeptModelOptions): (logger: Logger) => Promise<LoadedModel> {
  let kept: LoadedModel | undefined;
  let loading: { readonly modelId: string; readonly loaded: Promise<void> } | undefined;
  let failed: { readonly modelId: string; readonly at: number } | undefined;

  const isToBeLoaded = ({ modelId }: UsableModel): boolean =>
    modelId !== kept?.version &&
    !(failed?.modelId === modelId && performance.now() - failed.at < RETRY_MILLISECONDS);

  async function load(wanted: UsableModel, logger: Logger): Promise<void> {
    const { modelId } = wanted;
    try {
      kept = { model: await read(wanted, blobs), version: modelId };
      failed = undefined;
      logger.info({ modelId }, 'lists are made of this model from now on');
    } catch (error) {
      failed = { modelId, at: performance.now() };
      logger.warn({ modelId, error: messageOf(error) }, 'a model could not be loaded');
    } finally {
      loading = undefined;
    }
  }

  return async (logger) => {
    const wanted = await models.current('recommender');
    if (!wanted) return UNTRAINED;
    if (isToBeLoaded(wanted)) {
      if (!loading) loading = { modelId: wanted.modelId, loaded: load(wanted, logger) };
      if (!kept) await loading.loaded;
    }
    return kept ?? UNTRAINED;
  };
}

async function read(
  { modelId, blobKey, sha256 }: UsableModel,
  blobs: KeptModelOptions['blobs'],
): Promise<Model> {
  const bytes = await buffer(await blobs.read(blobKey));
  if (sha256Of(bytes) !== sha256)
    throw unavailable('model_unreadable', `The bytes of model ${modelId} are not those that were stored.`);
  try {
    return modelFromBlob(bytes);
  } catch (cause) {
    throw unavailable('model_unreadable', messageOf(cause), { modelId }, cause);
  }
}
