import { z } from 'zod';
import type { EventDefinitions, EventOf } from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';
import { modelNames } from '../../core/model-name.js';

/** Where a model learns from: the views as they stand, or all of history from its beginning. */
export const trainingSources = ['views', 'history'] as const;
export type TrainingSource = (typeof trainingSources)[number];

const named = { modelId: z.string().min(1) };

const ordered = {
  ...named,
  name: z.enum(modelNames),
  source: z
    .enum(trainingSources)
    .describe(
      '`views`: of what the views hold at that moment; `history`: of the log, read from its beginning',
    ),
  upTo: z
    .string()
    .nullable()
    .describe('Of `history`: the last position that is learnt from; null is where the log ends then'),
  after: z
    .string()
    .optional()
    .describe('Of `history`: what was done until then is not learnt from; absent: all of it is'),
  isPromoted: z.boolean().describe('Whether lists are made of it as soon as it is trained'),
  isEvaluated: z.boolean().describe('Whether it is measured how good lists of such a model are'),
  reason: z
    .enum(['asked', 'first', 'activity'])
    .describe('Somebody asked for it; there was none; enough had been done since the last one'),
};

export const modelEvents = {
  ModelTrainingRequested: {
    summary: 'A model is to be trained.',
    version: 1,
    schema: z.object(ordered),
  },
  ModelHistoryRead: {
    summary: 'So much of history has been read for a model; it goes on from there whatever happens.',
    version: 1,
    schema: z.object({ ...named, events: z.int().nonnegative(), position: z.string() }),
  },
  ModelTrained: {
    summary: 'A model is whole, and its bytes are kept.',
    version: 2,
    schema: z.object({
      ...named,
      version: z
        .object({
          position: z.string().nullable().describe('All of history up to here is in it'),
          after: z.string().optional().describe('What was done until then is not in it; absent: all is'),
          code: z.string(),
          parameters: z.looseObject({}),
          seed: z.int(),
        })
        .describe('Models with the same version are the same, byte for byte'),
      blobKey: z.string(),
      sha256: z.string(),
      sizeBytes: z.int().nonnegative(),
      learnt: z
        .record(z.string(), z.int().nonnegative())
        .describe(
          'What it has learnt of, counted: of the recommender `viewers`, `items`, `interactions` (pairs of these that they cared for) and `doings` (that they did anything with: what new activity is compared with)',
        ),
      seconds: z.number().nonnegative(),
      evaluation: z
        .record(z.string(), z.number())
        .nullable()
        .describe('How good it is, by name of the measure; null where that was not measured'),
      withheld: z
        .object({ code: z.string(), message: z.string() })
        .nullable()
        .describe('Why it may not be used; null of one that may'),
    }),
    upcasters: {
      // There was the recommender alone.
      1: ({ viewers, items, interactions, doings, ...data }) => ({
        ...data,
        learnt: { viewers, items, interactions, doings } as JsonObject,
        withheld: null,
      }),
    },
  },
  ModelTrainingAttemptFailed: {
    summary: 'A model could not be trained yet; it is tried again.',
    version: 1,
    schema: z.object({
      ...named,
      ...{ code: z.string(), message: z.string(), attempt: z.int().positive(), retryAt: z.string() },
    }),
  },
  ModelTrainingFailed: {
    summary: 'A model could not be trained; the one in use stays.',
    version: 1,
    schema: z.object({ ...named, code: z.string(), message: z.string() }),
  },
  ModelPromoted: {
    summary: 'From now on this model is the one in use.',
    version: 1,
    schema: z.object({
      ...named,
      name: z.enum(modelNames),
      reason: z
        .enum(['trained', 'asked', 'rolled-back'])
        .describe(
          '`trained`: it was to be used once it was. `asked`: somebody chose it. `rolled-back`: the one before it was not good',
        ),
      isAutomatic: z
        .boolean()
        .describe('Whether the next model that is trained by itself may take its place by itself'),
    }),
  },
  ModelRetired: {
    summary: 'The bytes of a model are removed; newer ones have taken its place.',
    version: 1,
    schema: z.object(named),
  },
} as const satisfies EventDefinitions;

export type ModelEvent = EventOf<typeof modelEvents>;
export type ModelDataOf<Type extends ModelEvent['type']> = Extract<ModelEvent, { type: Type }>['data'];
