import type { TrainedModel, TrainingOrder } from '../recommender/model-trainer.js';

export type TrainingRequest = TrainingOrder;

/** A thread trains one model and ends. */
export type TrainingReply = { readonly trained: TrainedModel } | { readonly failure: string };
