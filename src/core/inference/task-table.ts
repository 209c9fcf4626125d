import { z } from 'zod';
import { metadataRequestSchema } from './described-item.js';
import { embeddingSchema } from './embedding.js';
import { framesSchema, sizeOfFrames } from './frames.js';
import { rankAnswerSchema, rankRequestSchema } from './ranked-candidates.js';
import { readLineSchema } from './read-lines.js';
import { soundPieceSchema, spokenLineSchema } from './sound-pieces.js';
import { suggestedMetadataSchema } from './suggested-metadata.js';
import { taskRow } from './task-row.js';

/** 0..1; a float of four bytes may be a hair above. */
const probability = z
  .number()
  .min(0)
  .max(1.001)
  .transform((value) => Math.min(1, value));

/** Probability by what a model looks for, in its own words. */
const moderationLabelsSchema = z.record(z.string(), probability);
export type ModerationLabels = Readonly<z.infer<typeof moderationLabelsSchema>>;

const detectedObjectSchema = z
  .object({
    label: z.string(),
    confidence: probability,
    /** Left, top, width, height as fractions of the picture. */
    box: z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly(),
  })
  .readonly();
export type DetectedObject = z.infer<typeof detectedObjectSchema>;

const frameLimits = { maximumItems: 128, maximumBytes: 2 ** 30, secondsAnItem: 2 };

/**
 * Every task that is put to a model. Whoever does tasks has a table by these names, so that the compiler says who does not
 * know of a new one: the models at hand (`adapters/inference/local-tasks.ts`) and, of each that runs here, its thread
 * (`adapters/inference/thread-tasks.ts`).
 */
export const inferenceTasks = {
  /** How likely it is that frames show what a policy judges. */
  moderateFrames: taskRow({
    ...{ does: 'moderate pictures', unit: 'pictures' },
    request: framesSchema,
    answer: z.object({
      labels: z.array(moderationLabelsSchema).readonly(),
      /** Of each as well; absent of who has none. */
      embeddings: z.array(embeddingSchema).readonly().exactOptional(),
    }),
    limits: frameLimits,
    sizeOf: sizeOfFrames,
    answered: ({ labels }) => labels.length,
  }),
  /** Which objects are to be seen in frames, and where, the surest first. */
  tagFrames: taskRow({
    ...{ does: 'detect objects', unit: 'pictures' },
    request: framesSchema,
    answer: z.object({ objects: z.array(z.array(detectedObjectSchema).readonly()).readonly() }),
    limits: frameLimits,
    sizeOf: sizeOfFrames,
    answered: ({ objects }) => objects.length,
  }),
  /** What is to be read in frames, from top to bottom. */
  readText: taskRow({
    ...{ does: 'read text', unit: 'pictures' },
    request: framesSchema,
    answer: z.object({ lines: z.array(z.array(readLineSchema).readonly()).readonly() }),
    limits: { maximumItems: 128, maximumBytes: 2 ** 30, secondsAnItem: 240 },
    sizeOf: sizeOfFrames,
    answered: ({ lines }) => lines.length,
  }),
  /** What is said in a piece of sound, and when. */
  transcribe: taskRow({
    ...{ does: 'transcribe speech', unit: 'pieces' },
    request: soundPieceSchema,
    answer: z.object({
      /** How much of the piece the lines are all of; what is behind it is to be heard again with what follows. */
      heardSeconds: z.number().min(0),
      lines: z.array(spokenLineSchema).readonly(),
    }),
    limits: { maximumItems: 1, maximumBytes: 2 ** 22, secondsAnItem: 60 },
    sizeOf: ({ samples }) => ({ items: 1, bytes: samples.byteLength }),
    answered: () => 1,
  }),
  /** What an item may be called and said to be about: names of closed lists and no others, and texts that nobody has to take. */
  generateMetadata: taskRow({
    ...{ does: 'suggest metadata', unit: 'items' },
    request: metadataRequestSchema,
    answer: suggestedMetadataSchema,
    limits: { maximumItems: 1, maximumBytes: 2 ** 19, secondsAnItem: 60 },
    sizeOf: (request) => ({ items: 1, bytes: Buffer.byteLength(JSON.stringify(request)) }),
    answered: () => 1,
  }),
  /** In which order somebody may like a list best; what is on it is not a model's to say. */
  rankCandidates: taskRow({
    ...{ does: 'rank candidates', unit: 'lists' },
    request: rankRequestSchema,
    answer: rankAnswerSchema,
    limits: { maximumItems: 1, maximumBytes: 2 ** 17, secondsAnItem: 60 },
    sizeOf: (request) => ({ items: 1, bytes: Buffer.byteLength(JSON.stringify(request)) }),
    answered: () => 1,
  }),
} as const;

export type InferenceTask = keyof typeof inferenceTasks;
export const inferenceTaskNames = Object.keys(inferenceTasks) as readonly InferenceTask[];

export type RequestOf<Task extends InferenceTask> = z.infer<(typeof inferenceTasks)[Task]['request']>;
export type AnswerOf<Task extends InferenceTask> = z.infer<(typeof inferenceTasks)[Task]['answer']>;
