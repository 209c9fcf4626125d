import type { TrainedModel, TrainingOrder } from '../core/model-trainer.js';

export type TrainingRequest = TrainingOrder;

/** A thread trains one model and ends. */
export type TrainingReply = { readonly trained: TrainedModel } | { readonly failure: string };
