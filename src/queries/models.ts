import { z } from 'zod';
import { notFound } from '../core/errors.js';
import { modelNames } from '../core/model-name.js';
import { type KnownModel, type ModelsReader, modelsViews } from '../core/readers/models.js';
import { endpoint } from '../http/endpoint.js';

const evaluationSchema = z.object({
  viewers: z.int().optional(),
  ndcgAt10: z.number().optional().describe('Of the recommender: of lists of ten'),
  recallAt20: z.number().optional(),
  coverageAt10: z.number().optional(),
  popularityNdcgAt10: z.number().optional().describe('The same of lists of what most people cared for'),
  auc: z
    .number()
    .optional()
    .describe(
      'Of the moderation head, as the next, on items that were held out: how often a rejected one has a higher score than an approved one; 0.5 is chance',
    ),
  aucError: z.number().optional().describe('How far that may be off: one standard error'),
  threshold: z.number().optional().describe('From which score on a person decides'),
  precision: z.number().optional(),
  recall: z.number().optional(),
  falseAlarms: z.number().optional().describe('Share of the approved ones that reach the threshold'),
  heldOutApproved: z.int().optional(),
  heldOutRejected: z.int().optional(),
});

export const modelSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  status: z.enum(['queued', 'trained', 'failed', 'retired'] satisfies KnownModel['status'][]),
  isCurrent: z.boolean().describe('Whether it is the one in use'),
  source: z.enum(['views', 'history']),
  reason: z.enum(['asked', 'first', 'activity']),
  requestedAt: z.string(),
  historyRead: z
    .object({ events: z.int(), position: z.string() })
    .nullable()
    .describe('How far history has been read for it'),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  trained: z
    .object({
      at: z.string(),
      version: z
        .object({
          position: z.string().nullable(),
          after: z.string().optional().describe('What was done until then is not in it'),
          code: z.string(),
          parameters: z.looseObject({}),
          seed: z.int(),
        })
        .describe('Models with the same version are the same, byte for byte'),
      sha256: z.string(),
      sizeBytes: z.int(),
      items: z.int().describe('That it has learnt of'),
      viewers: z.int().optional().describe('Of the recommender, as the next'),
      interactions: z.int().optional().describe('Pairs of a viewer and an item that they cared for'),
      approved: z
        .int()
        .optional()
        .describe('Of the moderation head, as the next two: items that people approved'),
      rejected: z.int().optional(),
      leftOut: z.int().optional().describe('That people decided on, and whose pictures are not known'),
      seconds: z.number(),
      evaluation: evaluationSchema.nullable(),
      withheld: z
        .object({ code: z.string(), message: z.string() })
        .nullable()
        .describe('Why it may not be used'),
    })
    .nullable(),
  promoted: z
    .object({
      at: z.string(),
      because: z.enum(['trained', 'asked', 'rolled-back']),
      isAutomatic: z.boolean(),
    })
    .nullable(),
});

const toShown = ({ trained, ...model }: KnownModel) => {
  if (!trained) return { ...model, trained };
  const { blobKey: _, learnt, ...facts } = trained;
  const { doings: __, items = 0, ...counts } = learnt;
  return { ...model, trained: { ...facts, ...counts, items } };
};

export const modelQueries = (models: Pick<ModelsReader, 'newest' | 'find'>) => [
  endpoint({
    method: 'GET',
    path: '/v1/models',
    summary: 'The models that were learnt of what people did here, the newest first, and which is in use',
    tag: 'operations',
    access: 'operator',
    views: modelsViews.newest,
    query: z.strictObject({
      name: z.enum(modelNames).default('recommender').describe('What they are models of'),
      limit: z.coerce.number().int().min(1).max(200).default(20),
    }),
    success: {
      status: 200,
      description: 'The models',
      schema: z.object({ items: z.array(modelSchema) }),
    },
    async handle({ query: { name, limit } }) {
      return { body: { items: (await models.newest(name, limit)).map(toShown) } };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/models/:modelId',
    summary: 'What has become of a model',
    tag: 'operations',
    access: 'operator',
    views: modelsViews.find,
    params: z.object({ modelId: z.string().min(1).max(200) }),
    success: { status: 200, description: 'The model', schema: modelSchema },
    async handle({ params: { modelId } }) {
      const model = await models.find(modelId);
      if (!model) throw notFound('model_not_found', `There is no model ${modelId}.`, { modelId });
      return { body: toShown(model) };
    },
  }),
];
