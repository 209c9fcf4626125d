import { z } from 'zod';
import { listTypes } from '../core/list-type.js';
import { modelNames } from '../core/model-name.js';
import { type StepKind, stepKinds, stepNameSchema } from './media/steps/step-name.js';
import { stepTable } from './media/steps/step-table.js';
import { trainingSources } from './model/model-events.js';
import { viewerIdSchema } from './viewer/viewer.js';

const part = {
  step: stepNameSchema.optional().describe('Where an item has several steps of the kind: which of them'),
};
type StepPayload<Kind extends StepKind> =
  (typeof stepTable)[Kind]['payload'] extends z.ZodObject<infer Shape>
    ? z.ZodObject<Shape & typeof part>
    : never;
const stepPayloads = Object.fromEntries(
  stepKinds.map((kind) => [kind, stepTable[kind].payload.extend(part)]),
) as unknown as { readonly [Kind in StepKind]: StepPayload<Kind> };

/**
 * What each job is told: everything it needs, so that a worker reads no view and no stream. The one of a pull reads the address,
 * which may be a secret, in its item's history, and those of metadata what people wrote.
 */
export const jobPayloads = {
  ...stepPayloads,
  purge: z.object({ mediaId: z.string() }),
  forget: z.object({ userId: viewerIdSchema }),
  recommend: z.object({
    requestId: z.string(),
    userId: viewerIdSchema,
    genre: z.string().nullable(),
    type: z.enum(listTypes).optional().describe('Left out: what the viewer cares for most'),
    limit: z.int().positive(),
    position: z.string().optional().describe('Of the request: what lies before it bears on the answer'),
  }),
  metadata: z.object({ mediaId: z.string(), requestId: z.string() }),
  train: z.object({
    modelId: z.string(),
    name: z.enum(modelNames),
    source: z.enum(trainingSources),
    upTo: z.string().nullable(),
    after: z.string().optional(),
    isEvaluated: z.boolean(),
    position: z.string().describe('Of the request: what lies before it is learnt from'),
  }),
} as const;

/** Whom a job is about. Every payload holds one of these, in every release. */
export const jobSubjects = {
  item: z.object({ mediaId: z.string(), step: stepNameSchema.optional() }),
  viewer: z.object({ userId: viewerIdSchema }),
  request: z.object({ requestId: z.string(), userId: z.string() }),
  model: z.object({ modelId: z.string() }),
  suggestion: z.object({ mediaId: z.string(), requestId: z.string() }),
} as const;

export type JobKind = keyof typeof jobPayloads;
export const jobKinds = Object.keys(jobPayloads) as readonly JobKind[];
export type JobPayload<Kind extends JobKind> = z.infer<(typeof jobPayloads)[Kind]>;
