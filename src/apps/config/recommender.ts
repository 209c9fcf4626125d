import { z } from 'zod';
import { rankLimits } from '../../core/inference/ranked-candidates.js';
import { type Experiment, type VariantName, variantNames } from '../../recommender/experiment.js';
import type { RerankSettings } from '../../workers/rerank.js';
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

/** When the model that recommendations are made of is trained anew by itself, and what becomes of lists of it. */
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
  MEDIAFLOW_RERANK: z
    .enum(['off', 'everybody', 'variant'])
    .default('off')
    .describe(
      'Whose lists a model puts in order once they are made (task `rankCandidates`): nobody’s, everybody’s, or those of viewers who got the variant `reranked` of `MEDIAFLOW_EXPERIMENT`. Titles and tags of what the viewer liked and of the list are sent, and not who it is. Of workers',
    ),
  MEDIAFLOW_RERANK_CANDIDATES: z.coerce
    .number()
    .int()
    .min(2)
    .max(rankLimits.candidates)
    .default(20)
    .describe('How many of the first of a list the model is told, to be put in order'),
  MEDIAFLOW_RERANK_SECONDS: z.coerce
    .number()
    .positive()
    .max(30)
    .default(2)
    .describe('How long a list waits for the model; one that is late is as it was, and tells so'),
};

export interface RecommenderConfig {
  /** Undefined where nothing is trained by itself. */
  readonly trainingSeconds: number | undefined;
  /** 0 to 1. */
  readonly newActivityShare: number;
  /** Undefined where nothing is tried. */
  readonly experiment: Experiment | undefined;
  /** Undefined where no model puts lists in order. */
  readonly rerank: Omit<RerankSettings, 'asked'> | undefined;
}

export const readRecommender = (env: Read<typeof recommenderVariables>): RecommenderConfig => ({
  trainingSeconds: env.MEDIAFLOW_TRAINING_MINUTES === 0 ? undefined : env.MEDIAFLOW_TRAINING_MINUTES * 60,
  newActivityShare: env.MEDIAFLOW_TRAINING_NEW_ACTIVITY,
  experiment: env.MEDIAFLOW_EXPERIMENT === undefined ? undefined : parseExperiment(env.MEDIAFLOW_EXPERIMENT),
  rerank:
    env.MEDIAFLOW_RERANK === 'off'
      ? undefined
      : {
          ...{ whose: env.MEDIAFLOW_RERANK, maximumCandidates: env.MEDIAFLOW_RERANK_CANDIDATES },
          deadlineSeconds: env.MEDIAFLOW_RERANK_SECONDS,
        },
});

/** Whether `reranked` is tried where lists are put in order of those who got it, and of nobody else. */
export const triesWhatIsDone = (env: Read<typeof recommenderVariables>): boolean =>
  /[:,]reranked=/.test(env.MEDIAFLOW_EXPERIMENT ?? '') === (env.MEDIAFLOW_RERANK === 'variant');
