import type { ModelDataOf, ModelEvent } from '../../src/domain/model/model-events.js';

export const requestedModel = (
  modelId: string,
  more: Partial<ModelDataOf<'ModelTrainingRequested'>> = {},
): ModelEvent => ({
  type: 'ModelTrainingRequested',
  data: {
    ...{ modelId, name: 'recommender', source: 'views', upTo: null },
    ...{ isPromoted: true, isEvaluated: false, reason: 'asked' },
    ...more,
  },
});

export const trainedFacts = (modelId: string): ModelDataOf<'ModelTrained'> => ({
  modelId,
  version: { position: '0042', code: '1', parameters: { lambda: 100 }, seed: 1 },
  ...{ blobKey: `models/${modelId}/model.bin`, sha256: 'ab', sizeBytes: 5_000_000_000 },
  learnt: { viewers: 610, items: 3650, interactions: 90_274, doings: 100_000 },
  ...{ seconds: 1.5, withheld: null },
  evaluation: {
    ...{ viewers: 610, ndcgAt10: 0.37, recallAt20: 0.36, coverageAt10: 0.2, popularityNdcgAt10: 0.2 },
  },
});

export const trainedModel = (modelId: string): ModelEvent => ({
  type: 'ModelTrained',
  data: trainedFacts(modelId),
});

export const promotedModel = (
  modelId: string,
  more: Partial<ModelDataOf<'ModelPromoted'>> = {},
): ModelEvent => ({
  type: 'ModelPromoted',
  data: { modelId, name: 'recommender', reason: 'trained', isAutomatic: true, ...more },
});
