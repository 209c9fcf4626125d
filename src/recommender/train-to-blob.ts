import { evaluateHistory } from './evaluation/evaluate-history.ts';
import { trainModel } from './model.ts';
import { modelToBlob } from './model-blob.ts';
import type { TrainedModel, TrainingOrder } from './model-trainer.js';

/** Takes seconds of a processor, and with thousands of viewers and items minutes. */
export function trainToBlob({ history, isEvaluated, ...order }: TrainingOrder): TrainedModel {
  const model = trainModel(history, order);
  return {
    ...{ version: model.version, blob: modelToBlob(model) as Uint8Array<ArrayBuffer> },
    ...{ viewers: history.viewerIds.length, items: model.itemIds.length },
    interactions: model.people.reduce((sum, people) => sum + people, 0),
    evaluation: isEvaluated ? evaluateHistory(history, order) : null,
  };
}
