import type { TrainingOrder } from '../core/model-trainer.js';
import type { ModelVersion } from './model.js';
import type { PackedHistory } from './packed-history.js';

export interface RecommenderOrder extends TrainingOrder, Omit<ModelVersion, 'code'> {
  readonly name: 'recommender';
  readonly history: PackedHistory;
  /** Whether it is measured as well how good lists of such a model are, which takes about as long again. */
  readonly isEvaluated: boolean;
}
