import type { HistoryEvaluation } from './evaluation/evaluate-history.js';
import type { ModelVersion } from './model.js';
import type { PackedHistory } from './packed-history.js';

export interface TrainingOrder extends Omit<ModelVersion, 'code'> {
  /** Handed over: whoever ordered has it no more. */
  readonly history: PackedHistory;
  /** Whether it is measured as well how good lists of such a model are, which takes about as long again. */
  readonly isEvaluated: boolean;
}

export interface TrainedModel {
  readonly version: ModelVersion;
  readonly blob: Uint8Array<ArrayBuffer>;
  /** Whom and what it has learnt of. */
  readonly viewers: number;
  readonly items: number;
  readonly interactions: number;
  /** Null where it was not asked for, and where nobody has done enough. */
  readonly evaluation: HistoryEvaluation | null;
}

/** The port to training. */
export interface ModelTrainer {
  /**
   * Throws the signal's reason; unavailable `training_crashed` when whatever trains is lost, `training_closed`; internal
   * `training_failed` for what it says itself.
   */
  train(order: TrainingOrder, signal: AbortSignal): Promise<TrainedModel>;
  /** Ends what runs. */
  close(): Promise<void>;
}
