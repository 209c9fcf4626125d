import { z } from 'zod';
import { type Experiment, type VariantName, variantNames } from '../../recommender/experiment.js';
import type { Read } from './values.js';

const EXPERIMENT = /^(?<name>[\w.-]{1,50}):(?<shares>[\w-]+=\d+(,[\w-]+=\d+)*)$/;

function parseExperiment(text: string): Experiment {
  const { name = '', shares = '' } = EXPERIMENT.exec(text)?.groups ?? {};
  const parts = shares.split(',').map((share) => share.split('='));
  return {
    name,
    shares: parts.map(([variant, part]) => ({ variant: variant as VariantName, part: Number(part) })),
  };
}

const experiment = z
  .string()
  .regex(EXPERIMENT, { error: 'is written as NAME:VARIANT=PART,VARIANT=PART', abort: true })
  .refine((text) => parseExperiment(text).shares.every(({ variant }) => variantNames.includes(variant)), {
    error: `variants are ${variantNames.join(', ')}`,
  })
  .refine((text) => parseExperiment(text).shares.every(({ part }) => part > 0), {
    error: 'parts are above 0',
  });

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
  MEDIAFLOW_EXPERIMENT: experiment
    .optional()
    .describe(
      'Ways of making lists that are tried beside each other, and for which part of the viewers, such as `autumn:standard=80,plain=20`; each list tells its own in `ranking.experiment`. Of workers, all of which need the same',
    ),
};

export interface RecommenderConfig {
  /** Undefined where nothing is trained by itself. */
  readonly trainingSeconds: number | undefined;
  /** 0 to 1. */
  readonly newActivityShare: number;
  /** Undefined where nothing is tried. */
  readonly experiment: Experiment | undefined;
}

export const readRecommender = (env: Read<typeof recommenderVariables>): RecommenderConfig => ({
  trainingSeconds: env.MEDIAFLOW_TRAINING_MINUTES === 0 ? undefined : env.MEDIAFLOW_TRAINING_MINUTES * 60,
  newActivityShare: env.MEDIAFLOW_TRAINING_NEW_ACTIVITY,
  experiment: env.MEDIAFLOW_EXPERIMENT === undefined ? undefined : parseExperiment(env.MEDIAFLOW_EXPERIMENT),
});
