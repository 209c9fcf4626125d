import type { Logger } from '../../core/logger.js';
import type { MediaCommandOf } from '../../domain/media/media-commands.js';
import { scoreOf } from '../../recommender/decisions/head.js';
import { headFromBlob } from '../../recommender/decisions/head-blob.js';
import { vectorOf } from './embedded-item.js';
import { type KeptModelOptions, keepModelOf } from './kept-model.js';

type Recorded = MediaCommandOf<'RecordModeration'>['data'];

/** What the model in use that was trained on people's decisions says of an item; undefined where there is none, or it knows no such vectors. */
export function judgeByHead(
  options: KeptModelOptions,
): (embedding: Recorded['embedding'], logger: Logger) => Promise<Recorded['head']> {
  const headInUse = keepModelOf({ name: 'moderation-head', fromBlob: headFromBlob }, options);
  return async (embedding, logger) => {
    const inUse = embedding && (await headInUse(logger));
    const vector = embedding && vectorOf(embedding);
    if (!inUse || !vector || inUse.model.space !== embedding.space) return undefined;
    const score = scoreOf(inUse.model, { space: embedding.space, vector });
    return { modelId: inUse.version, score, threshold: inUse.model.threshold };
  };
}
