import { orderedModelIdOf } from '../core/derived-ids.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import type { ModelsReader } from '../core/readers/models.js';
import type { ViewerActivityReader } from '../core/readers/viewer-activity.js';
import type { Clock } from '../runtime/clock.js';
import { dueTraining, notAhead, type OrderedByItself, type TrainingPolicy } from './due-training.js';

export interface TrainByPolicyOptions extends TrainingPolicy {
  readonly models: Pick<ModelsReader, 'newest'>;
  readonly viewerActivity: Pick<ViewerActivityReader, 'size'>;
  /** Asks for a model under this id; asking again for the same changes nothing. */
  readonly order: (order: OrderedByItself & { readonly modelId: string }) => Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const FIRST_SECONDS = 5;
const LOOK_SECONDS = 60;
const LOOKED_AT = 50;

/**
 * Asks for a model when one is due, until the signal fires; any number of processes may do so at once, since all ask for the
 * same one. Never rejects.
 */
export async function trainByPolicy(options: TrainByPolicyOptions): Promise<void> {
  const { clock, logger, signal } = options;
  await clock.sleep(FIRST_SECONDS, signal);
  while (!signal.aborted) {
    await orderIfDue(options).catch((error: unknown) =>
      logger.warn({ error: messageOf(error) }, 'whether a model is to be trained could not be told'),
    );
    await clock.sleep(LOOK_SECONDS, signal);
  }
}

/** The id of the model that was asked for, if one was due. */
export async function orderIfDue(options: Omit<TrainByPolicyOptions, 'signal'>): Promise<string | undefined> {
  const { models, viewerActivity, order, clock, logger } = options;
  const newest = await models.newest('recommender', LOOKED_AT);
  const now = clock.now();
  const due = await dueTraining(newest, now, options, viewerActivity.size);
  if (!due) return undefined;
  // Of the one before it, and of those that a clock has dated ahead: whoever looks at the same models asks for the same one.
  const past = notAhead(newest, now);
  const ahead = newest.filter((model) => !past.includes(model)).map(({ modelId }) => modelId);
  const modelId = orderedModelIdOf('recommender', [past[0]?.modelId ?? 'none', ...ahead].join(' '));
  await order({ ...due, modelId });
  logger.info({ modelId, ...due }, 'a model is trained');
  return modelId;
}
