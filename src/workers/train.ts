import type { BlobStore } from '../core/blob-store.js';
import { sha256Of } from '../core/bytes-hash.js';
import type { ModelName } from '../core/model-name.js';
import type { ModelTrainer } from '../core/model-trainer.js';
import type { ModelsReader } from '../core/readers/models.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { modelKey } from '../domain/model/model-places.js';
import { type HeadSources, headBuilder } from './models/head-builder.js';
import type { ModelBuilder } from './models/model-builder.js';
import { type RecommenderSources, recommenderBuilder } from './models/recommender-builder.js';
import { jobPolicies } from './policies.js';
import { placeAmong, removeRetired } from './retired-models.js';

interface Dependencies extends Omit<RecommenderSources & HeadSources, 'blobs'> {
  readonly models: Pick<ModelsReader, 'newest' | 'current'>;
  readonly blobs: Pick<BlobStore, 'stat' | 'read' | 'put' | 'list' | 'remove'>;
  readonly trainer: Pick<ModelTrainer, 'train'>;
}

type Payload = JobPayload<'train'>;

/** Trains a model, keeps its bytes, and lets go of those of models that nobody will go back to. */
export function trainWorker(dependencies: Dependencies): Worker<Payload, Pick<Payload, 'modelId'>> {
  const { models, blobs, trainer } = dependencies;
  /** Every kind of model has one: the compiler says which is missing. */
  const builders: Readonly<Record<ModelName, ModelBuilder>> = {
    recommender: recommenderBuilder(dependencies),
    'moderation-head': headBuilder(dependencies),
  };

  return {
    kind: 'train',
    payload: jobPayloads.train,
    subject: jobSubjects.model,
    policy: jobPolicies.train,
    concurrency: 1,
    started: () => [],
    async run(payload, context) {
      const { modelId, name } = payload;
      const startedAt = performance.now();
      const built = await builders[name](payload, context);
      if ('refused' in built) return [{ type: 'FailModelTraining', data: { modelId, ...built.refused } }];
      const { blob, learnt, ...trained } = await trainer.train(built.order, context.signal);
      const blobKey = modelKey(modelId);
      await removeRetired(name, { models, blobs });
      await blobs.put(blobKey, blob);
      const { retired, waits } = await placeAmong(payload, models);
      return [
        {
          type: 'RecordModel',
          data: {
            ...{ modelId, ...trained, blobKey, sha256: sha256Of(blob), sizeBytes: blob.length },
            learnt: { ...learnt, ...built.counts },
            seconds: (performance.now() - startedAt) / 1000,
            ...(waits && { waits }),
          },
        },
        ...retired.map((each) => ({ type: 'RetireModel', data: { modelId: each } }) as const),
      ];
    },
    failed: ({ modelId }, { code, message, attempt, final, retryAt }) =>
      final || retryAt === null
        ? [{ type: 'FailModelTraining', data: { modelId, code, message } }]
        : [{ type: 'FailModelTrainingAttempt', data: { modelId, code, message, attempt, retryAt } }],
  };
}
