import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '../../core/blob-store.js';
import { sha256Of } from '../../core/bytes-hash.js';
import { messageOf, unavailable } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { ModelName } from '../../core/model-name.js';
import type { ModelsReader, UsableModel } from '../../core/readers/models.js';

/** A model that is at hand, and how it is named. */
export interface LoadedModel<Model> {
  readonly model: Model;
  readonly version: string;
}

/** Bytes that could not be read are not asked for again with every question. */
const RETRY_MILLISECONDS = 30_000;

export interface KeptModelOptions {
  readonly models: Pick<ModelsReader, 'current'>;
  readonly blobs: Pick<BlobStore, 'read'>;
}

/** Which models, and how they are read of their bytes: throws for what is none. */
export interface KindOfModel<Model> {
  readonly name: ModelName;
  fromBlob(bytes: Uint8Array): Model;
}

/**
 * Gives the model of a kind that is in use, as of when it is asked for; undefined where there is none, or none that could ever be read.
 * Another one is loaded beside the present one, which is given until it is there; one that cannot be read leaves the present one in its place.
 */
export function keepModelOf<Model>(
  { name, fromBlob }: KindOfModel<Model>,
  { models, blobs }: KeptModelOptions,
): (logger: Logger) => Promise<LoadedModel<Model> | undefined> {
  let kept: LoadedModel<Model> | undefined;
  let loading: { readonly modelId: string; readonly loaded: Promise<void> } | undefined;
  let failed: { readonly modelId: string; readonly at: number } | undefined;

  const isToBeLoaded = ({ modelId }: UsableModel): boolean =>
    modelId !== kept?.version &&
    !(failed?.modelId === modelId && performance.now() - failed.at < RETRY_MILLISECONDS);

  async function read({ modelId, blobKey, sha256 }: UsableModel): Promise<Model> {
    const bytes = await buffer(await blobs.read(blobKey));
    if (sha256Of(bytes) !== sha256)
      throw unavailable('model_unreadable', `The bytes of model ${modelId} are not those that were stored.`);
    try {
      return fromBlob(bytes);
    } catch (cause) {
      throw unavailable('model_unreadable', messageOf(cause), { modelId }, cause);
    }
  }

  async function load(wanted: UsableModel, logger: Logger): Promise<void> {
    const { modelId } = wanted;
    try {
      kept = { model: await read(wanted), version: modelId };
      failed = undefined;
      logger.info({ modelId, name }, 'this model is in use from now on');
    } catch (error) {
      failed = { modelId, at: performance.now() };
      logger.warn({ modelId, name, error: messageOf(error) }, 'a model could not be loaded');
    } finally {
      loading = undefined;
    }
  }

  return async (logger) => {
    const wanted = await models.current(name);
    if (!wanted) return undefined;
    if (isToBeLoaded(wanted)) {
      if (!loading) loading = { modelId: wanted.modelId, loaded: load(wanted, logger) };
      if (!kept) await loading.loaded;
    }
    return kept;
  };
}
