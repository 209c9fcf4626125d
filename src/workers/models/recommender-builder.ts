import { earliest, type Position } from '../../core/position.js';
import type { PositionWaiter } from '../../core/projection-store.js';
import { type ViewerActivityReader, viewerActivityViews } from '../../core/readers/viewer-activity.js';
import type { WorkerContext } from '../../core/worker.js';
import type { JobPayload } from '../../domain/jobs.js';
import { caredFor } from '../../recommender/cared-for.js';
import { createHistoryPacker, type PackedHistory } from '../../recommender/packed-history.js';
import { MODEL_PARAMETERS } from '../../recommender/parameters.js';
import type { RecommenderOrder } from '../../recommender/training-order.js';
import { activityFold } from '../activity-fold.js';
import { type ReadHistoryOptions, readHistory } from '../read-history.js';
import { type ModelBuilder, SEED } from './model-builder.js';

const WAIT_MILLISECONDS = 60_000;

export interface RecommenderSources extends ReadHistoryOptions {
  readonly viewerActivity: Pick<ViewerActivityReader, 'everything'>;
  readonly waiter: PositionWaiter;
}

type Payload = JobPayload<'train'>;

interface Activity {
  readonly history: PackedHistory;
  readonly position: Position;
  /** What viewers did anything with, cared for or not. */
  readonly doings: number;
}

/** Learns who cared for what, of the views as they stand or of all of history. */
export function recommenderBuilder(sources: RecommenderSources): ModelBuilder {
  const { viewerActivity, waiter } = sources;

  async function learnFromViews({ position }: Payload, { signal }: WorkerContext): Promise<Activity> {
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

  async function learnFromHistory(payload: Payload, context: WorkerContext): Promise<Activity> {
    // What is not there yet when it is asked for is in no model, whatever position was named.
    const position = earliest(payload.upTo ?? payload.position, payload.position);
    const fold = await readHistory(activityFold, { ...payload, upTo: position }, context, sources);
    const packer = createHistoryPacker();
    let doings = 0;
    fold.each((userId, mediaId, each) => {
      doings += 1;
      packer.add(userId, mediaId, caredFor(each));
    });
    return { history: packer.pack(), position, doings };
  }

  return async (payload, context) => {
    const { source, after, isEvaluated } = payload;
    const learn = source === 'history' ? learnFromHistory : learnFromViews;
    const { history, position, doings } = await learn(payload, context);
    const order: RecommenderOrder = {
      ...{ name: 'recommender', history, position, parameters: MODEL_PARAMETERS, seed: SEED, isEvaluated },
      ...(after !== undefined && { after }),
    };
    return { order, counts: { doings } };
  };
}
