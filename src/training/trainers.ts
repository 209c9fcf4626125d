/** Read in the training thread as well: relative imports end in `.ts`, so that Node runs it from source as well as from the build. */

import type { TrainedModel, TrainingOrder } from '../core/model-trainer.js';
import { trainHeadToBlob } from '../recommender/decisions/train-head-to-blob.ts';
import { trainToBlob } from '../recommender/train-to-blob.ts';

/** How each kind of model is trained, by its name. */
const trainers: Readonly<Record<string, (order: never) => TrainedModel>> = {
  recommender: trainToBlob,
  'moderation-head': trainHeadToBlob,
};

/** Takes as long as it takes. Throws where nobody knows how. */
export function trainAsOrdered(order: TrainingOrder): TrainedModel {
  const train = trainers[order.name];
  if (!train) throw new RangeError(`Nobody here trains a model of ${order.name}.`);
  return train(order as never);
}

/** What an order holds of arrays, which are moved to the thread instead of copied. */
export const arraysIn = (order: object): ArrayBuffer[] =>
  Object.values(order).flatMap((value: unknown) => {
    if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? arraysIn(value) : [];
  });
