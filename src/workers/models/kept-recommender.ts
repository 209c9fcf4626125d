import type { Logger } from '../../core/logger.js';
import { type Model, trainModel } from '../../recommender/model.js';
import { modelFromBlob } from '../../recommender/model-blob.js';
import { packHistory } from '../../recommender/packed-history.js';
import { MODEL_PARAMETERS } from '../../recommender/parameters.js';
import { type KeptModelOptions, keepModelOf, type LoadedModel } from './kept-model.js';

/** Where there is no model: nothing is known of who cares for what, and tags, popularity and freshness decide. */
export const UNTRAINED: LoadedModel<Model> = {
  model: trainModel(packHistory([]), { position: null, parameters: MODEL_PARAMETERS, seed: 1 }),
  version: 'untrained',
};

/** Gives the model that lists are made of. */
export function keepModel(options: KeptModelOptions): (logger: Logger) => Promise<LoadedModel<Model>> {
  const inUse = keepModelOf({ name: 'recommender', fromBlob: modelFromBlob }, options);
  return async (logger) => (await inUse(logger)) ?? UNTRAINED;
}
