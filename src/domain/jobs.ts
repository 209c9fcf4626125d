import { z } from 'zod';
import { audioRungSchema, probeSchema, rungSchema } from './media/media-values.js';
import { stepNameSchema } from './media/steps/step-name.js';
import { viewerIdSchema } from './viewer/viewer.js';

const item = {
  mediaId: z.string(),
  blobKey: z.string(),
  step: stepNameSchema.optional().describe('Where an item has several steps of the kind: which of them'),
};
const video = { ...item, video: probeSchema.shape.video.unwrap(), durationSeconds: z.number() };
const ladder = { ...video, rungs: z.array(rungSchema), audio: audioRungSchema.nullable() };

/** What each job is told: everything it needs, so that a worker reads no view and no stream. */
export const jobPayloads = {
  probe: z.object(item),
  preview: z.object(ladder),
  transcode: z.object(ladder),
  poster: z.object(video),
  thumbnails: z.object({
    ...video,
    posterIsApart: z
      .boolean()
      .optional()
      .describe(
        'A step of its own draws the poster; plans of earlier releases have it drawn with the storyboard',
      ),
  }),
  gif: z.object(video),
  moderate: z.object(video),
  tag: z.object(video),
  purge: z.object({ mediaId: z.string() }),
  forget: z.object({ userId: viewerIdSchema }),
  recommend: z.object({
    requestId: z.string(),
    userId: viewerIdSchema,
    genre: z.string().nullable(),
    limit: z.int().positive(),
    position: z.string().optional().describe('Of the request: what lies before it bears on the answer'),
  }),
} as const;

/** Whom a job is about. Every payload holds one of these, in every release. */
export const jobSubjects = {
  item: z.object({ mediaId: z.string(), step: stepNameSchema.optional() }),
  viewer: z.object({ userId: viewerIdSchema }),
  request: z.object({ requestId: z.string(), userId: z.string() }),
} as const;

export type JobKind = keyof typeof jobPayloads;
export type JobPayload<Kind extends JobKind> = z.infer<(typeof jobPayloads)[Kind]>;
