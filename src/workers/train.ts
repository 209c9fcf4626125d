import type { BlobStore } from '../core/blob-store.js';
import { sha256Of } from '../core/bytes-hash.js';
import { earliest, type Position } from '../core/position.js';
import type { PositionWaiter } from '../core/projection-store.js';
import type { ModelsReader } from '../core/readers/models.js';
import { type ViewerActivityReader, viewerActivityViews } from '../core/readers/viewer-activity.js';
import type { Worker, WorkerContext } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { modelKey } from '../domain/model/model-places.js';
import { caredFor } from '../recommender/cared-for.js';
import type { ModelTrainer } from '../recommender/model-trainer.js';
import { createHistoryPacker, type PackedHistory } from '../recommender/packed-history.js';
import { MODEL_PARAMETERS } from '../recommender/parameters.js';
import { jobPolicies } from './policies.js';
import { type ReadHistoryOptions, readHistory } from './read-history.js';
import { placeAmong, removeRetired } from './retired-models.js';

const WAIT_MILLISECONDS = 60_000;
/** Every model of the same history is the same. */
const SEED = 1;

interface Dependencies extends Omit<ReadHistoryOptions, 'blobs'> {
  readonly viewerActivity: Pick<ViewerActivityReader, 'everything'>;
  readonly models: Pick<ModelsReader, 'newest' | 'current'>;
  readonly blobs: Pick<BlobStore, 'stat' | 'read' | 'put' | 'list' | 'remove'>;
  readonly waiter: PositionWaiter;
  readonly trainer: Pick<ModelTrainer, 'train'>;
}

type Payload = JobPayload<'train'>;

interface Learnt {
  readonly history: PackedHistory;
  readonly position: Position;
  /** What viewers did anything with, cared for or not. */
  readonly doings: number;
}

/** Trains a model, keeps its bytes, and lets go of those of models that nobody will go back to. */
export function trainWorker(dependencies: Dependencies): Worker<Payload, Pick<Payload, 'modelId'>> {
  const { viewerActivity, models, blobs, waiter, trainer } = dependencies;

  async function learnFromViews({ position }: Payload, { signal }: WorkerContext): Promise<Learnt> {
    await waiter.waitFor(viewerActivityViews.everything, position, {
      timeoutMilliseconds: WAIT_MILLISECONDS,
      signal,
    });
    const packer = createHistoryPacker();
    let doings = 0;
    const stood = await viewerActivity.everything((page) => {
      doings += page.length;
      for (const each of page) packer.add(each.userId, each.mediaId, caredFor(each));
    }, signal);
    return { history: packer.pack(), position: stood.position, doings };
  }

  async function learnFromHistory(payload: Payload, context: WorkerContext): Promise<Learnt> {
    // What is not there yet when it is asked for is in no model, whatever position was named.
    const position = earliest(payload.upTo ?? payload.position, payload.position);
    const fold = await readHistory({ ...payload, upTo: position }, context, dependencies);
    const packer = createHistoryPacker();
    let doings = 0;
    fold.each((userId, mediaId, each) => {
      doings += 1;
      packer.add(userId, mediaId, caredFor(each));
    });
    return { history: packer.pack(), position, doings };
  }

  return {
    kind: 'train',
    payload: jobPayloads.train,
    subject: jobSubjects.model,
    policy: jobPolicies.train,
    concurrency: 1,
    started: () => [],
    async run(payload, context) {
      const { modelId, name, source, after, isEvaluated } = payload;
      const startedAt = performance.now();
      const learn = source === 'history' ? learnFromHistory : learnFromViews;
      const { history, position, doings } = await learn(payload, context);
      const order = {
        ...{ history, position, parameters: MODEL_PARAMETERS, seed: SEED, isEvaluated },
        ...(after !== undefined && { after }),
      };
      const { blob, ...trained } = await trainer.train(order, context.signal);
      const blobKey = modelKey(modelId);
      await removeRetired(name, { models, blobs });
      await blobs.put(blobKey, blob);
      const { retired, waits } = await placeAmong(payload, models);
      return [
        {
          type: 'RecordModel',
          data: {
            ...{ modelId, ...trained, blobKey, sha256: sha256Of(blob), sizeBytes: blob.length, doings },
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
