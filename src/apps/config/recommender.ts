import { z } from 'zod';
import type { Read } from './values.js';

/** When the model that recommendations are made of is trained anew by itself. */
export const recommenderVariables = {
  MEDIAFLOW_TRAINING_MINUTES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_080)
    .default(60)
    .describe(
      'Minutes from one training of the model of recommendations to the next, if enough has been done meanwhile; 0 has none trained but those that somebody asks for',
    ),
  MEDIAFLOW_TRAINING_NEW_ACTIVITY: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe(
      'How much has to be new for that, as a share of what viewers had done with items when the model in use was trained',
    ),
};

export interface RecommenderConfig {
  /** Undefined where nothing is trained by itself. */
  readonly trainingSeconds: number | undefined;
  /** 0 to 1. */
  readonly newActivityShare: number;
}

export const readRecommender = (env: Read<typeof recommenderVariables>): RecommenderConfig => ({
  trainingSeconds: env.MEDIAFLOW_TRAINING_MINUTES === 0 ? undefined : env.MEDIAFLOW_TRAINING_MINUTES * 60,
  newActivityShare: env.MEDIAFLOW_TRAINING_NEW_ACTIVITY,
});
