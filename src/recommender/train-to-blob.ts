import type { TrainedModel } from '../core/model-trainer.js';
import { evaluateHistory } from './evaluation/evaluate-history.ts';
import { trainModel } from './model.ts';
import { modelToBlob } from './model-blob.ts';
import type { RecommenderOrder } from './training-order.js';

/** What one person alone cares for goes with nothing, and a single item has nothing to go with. */
const [LEAST_PEOPLE, LEAST_ITEMS] = [2, 2];

/** Takes seconds of a processor, and with thousands of viewers and items minutes. */
export function trainToBlob({ history, isEvaluated, name: _, ...order }: RecommenderOrder): TrainedModel {
  const model = trainModel(history, order);
  const evaluation = isEvaluated ? evaluateHistory(history, order) : null;
  const shared = model.people.reduce((count, people) => count + (people >= LEAST_PEOPLE ? 1 : 0), 0);
  return {
    ...{ version: model.version, blob: modelToBlob(model) as Uint8Array<ArrayBuffer> },
    learnt: {
      ...{ viewers: history.viewerIds.length, items: model.itemIds.length },
      interactions: model.people.reduce((sum, people) => sum + people, 0),
    },
    evaluation: evaluation && { ...evaluation },
    withheld:
      shared >= LEAST_ITEMS
        ? null
        : {
            code: 'too_little_activity',
            message: `There is too little to learn from: ${shared} items were cared for by two viewers or more, and it takes ${LEAST_ITEMS} to know what goes with what.`,
          },
  };
}
