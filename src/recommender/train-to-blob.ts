import type { TrainedModel } from '../core/model-trainer.js';
import { evaluateHistory } from './evaluation/evaluate-history.ts';
import { trainModel } from './model.ts';
import { modelToBlob } from './model-blob.ts';
import type { RecommenderOrder } from './training-order.js';

/** Takes seconds of a processor, and with thousands of viewers and items minutes. */
export function trainToBlob({ history, isEvaluated, name: _, ...order }: RecommenderOrder): TrainedModel {
  const model = trainModel(history, order);
  const evaluation = isEvaluated ? evaluateHistory(history, order) : null;
  return {
    ...{ version: model.version, blob: modelToBlob(model) as Uint8Array<ArrayBuffer> },
    learnt: {
      ...{ viewers: history.viewerIds.length, items: model.itemIds.length },
      interactions: model.people.reduce((sum, people) => sum + people, 0),
    },
    evaluation: evaluation && { ...evaluation },
    withheld: null,
  };
}
