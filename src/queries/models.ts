import { z } from 'zod';
import { notFound } from '../core/errors.js';
import { type KnownModel, type ModelsReader, modelsViews } from '../core/readers/models.js';
import { endpoint } from '../http/endpoint.js';

const evaluationSchema = z.object({
  viewers: z.int(),
  ndcgAt10: z.number(),
  recallAt20: z.number(),
  coverageAt10: z.number(),
  popularityNdcgAt10: z.number().describe('The same of lists of what most people cared for'),
});

export const modelSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  status: z.enum(['queued', 'trained', 'failed', 'retired'] satisfies KnownModel['status'][]),
  isCurrent: z.boolean().describe('Whether lists are made of it'),
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
      viewers: z.int(),
      items: z.int(),
      interactions: z.int().describe('Pairs of a viewer and an item that they cared for'),
      seconds: z.number(),
      evaluation: evaluationSchema.nullable(),
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
  const { blobKey: _, doings: __, ...facts } = trained;
  return { ...model, trained: facts };
};

export const modelQueries = (models: Pick<ModelsReader, 'newest' | 'find'>) => [
  endpoint({
    method: 'GET',
    path: '/v1/models',
    summary: 'The models that recommendations are made of, the newest first, and which is in use',
    tag: 'operations',
    access: 'operator',
    views: modelsViews.newest,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) }),
    success: {
      status: 200,
      description: 'The models',
      schema: z.object({ items: z.array(modelSchema) }),
    },
    async handle({ query: { limit } }) {
      return { body: { items: (await models.newest('recommender', limit)).map(toShown) } };
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
