import { z } from 'zod';
import type { EventDefinitions, EventOf } from '../../core/event.js';
import type { JsonObject, JsonValue } from '../../core/json.js';
import {
  audioRungSchema,
  mediaKindSchema,
  modelSchema,
  posterSchema,
  previewGifSchema,
  probeSchema,
  renditionSchema,
  rungSchema,
  storyboardSchema,
  tagSchema,
} from './media-values.js';
import { moderationScoresSchema } from './moderation-classes.js';
import { type PlanOfVersion1, stepsOfVersion1 } from './steps/plan-of-version-1.js';
import { plannedStepSchema } from './steps/planned-step.js';
import { stepNameSchema } from './steps/step-name.js';

const media = { mediaId: z.string().min(1) };
const step = { ...media, step: stepNameSchema, attempt: z.int().positive(), jobId: z.string() };
const failure = { code: z.string(), message: z.string() };

/** All frames were spread evenly until version 2 of `ModerationScored`. */
const asSpread = (frames: JsonValue | undefined): JsonValue[] =>
  (frames as JsonObject[]).map((frame) => ({ ...frame, pick: 'spread' }));

/** Until version 3 of `ModerationScored` scores had the names of the one model there was. */
const asLabelled = (frames: JsonValue | undefined): JsonValue[] =>
  (frames as { scores: Record<'porn' | 'hentai' | 'sexy', number> }[]).map(({ scores, ...frame }) => ({
    ...frame,
    scores: { adult: Math.min(1, scores.porn + scores.hentai), suggestive: scores.sexy },
    labels: scores,
  }));

/** Until version 2 of `MediaProbed` a file was taken at its word: its packets were not looked at. */
const asTold = (probe: JsonValue | undefined): JsonObject => {
  const { video, ...rest } = probe as JsonObject;
  return { ...rest, video: video ? { ...(video as JsonObject), durationSeconds: null } : null, leftOut: [] };
};

/** Until version 2 of `ProcessingPlanned` its steps were names. */
const asPlannedSteps = ({ previewRungs, ...plan }: JsonObject): JsonObject => ({
  ...plan,
  steps: stepsOfVersion1({ ...plan, previewRungs } as unknown as PlanOfVersion1),
});

/** Everything that can happen to a media item. */
export const mediaEvents = {
  MediaRegistered: {
    summary: 'Somebody announced a file; its bytes are on the way.',
    version: 1,
    schema: z.object({
      ...media,
      filename: z.string(),
      contentType: z.string().nullable(),
      title: z.string(),
      description: z.string(),
      tags: z.array(z.string()),
      declaredSizeBytes: z.number().nullable(),
      declaredSha256: z.string().nullable(),
      via: z.enum(['multipart', 'tus']),
    }),
    personal: { filename: '', title: '', description: '', tags: [] },
  },
  MediaUploaded: {
    summary: 'Every byte is on stable storage and matches what the client declared.',
    version: 1,
    schema: z.object({ ...media, blobKey: z.string(), sizeBytes: z.number(), sha256: z.string() }),
  },
  UploadFailed: {
    summary: 'The bytes never came whole: wrong checksum, empty, expired, given up.',
    version: 1,
    schema: z.object({ ...media, ...failure }),
  },
  MediaProbed: {
    summary: 'What the file is: container, streams, duration, size, rotation, colour.',
    version: 2,
    schema: z.object({ ...media, kind: mediaKindSchema, probe: probeSchema }),
    upcasters: { 1: ({ probe, ...rest }) => ({ ...rest, probe: asTold(probe) }) },
    // What a camera or a person wrote into the file: names, places.
    personal: { 'probe.tags': {} },
  },
  ProcessingPlanned: {
    summary: 'The steps this item goes through and the ladder it is transcoded to.',
    version: 2,
    schema: z.object({
      ...media,
      steps: z.array(plannedStepSchema),
      ladder: z.array(rungSchema),
      audio: audioRungSchema.nullable(),
    }),
    upcasters: { 1: asPlannedSteps },
  },
  StepStarted: {
    summary: 'A worker took up a step.',
    version: 1,
    schema: z.object(step),
  },
  StepProgressed: {
    summary: 'How far a long step has come, told a few times at the most.',
    version: 1,
    schema: z.object({ ...step, fraction: z.number().min(0).max(1) }),
  },
  StepCompleted: {
    summary: 'A step is done; its results are in the events beside it.',
    version: 1,
    schema: z.object(step),
  },
  StepAttemptFailed: {
    summary: 'One attempt at a step failed; it is tried again at `retryAt`.',
    version: 1,
    schema: z.object({ ...step, ...failure, retryAt: z.string().nullable() }),
  },
  StepFailed: {
    summary: 'A step failed for good; it stays so until somebody retries it.',
    version: 1,
    schema: z.object({ ...step, ...failure }),
  },
  StepsCancelled: {
    summary: 'These steps are let go of, begun or not: the item is rejected or deleted.',
    version: 1,
    schema: z.object({ ...media, steps: z.array(stepNameSchema) }),
  },
  RenditionCompleted: {
    summary: 'One rung of the ladder (or the audio group) is ready to be played.',
    version: 1,
    schema: z.object({ ...media, rendition: renditionSchema }),
  },
  PosterGenerated: {
    summary: 'The poster is there; no item whose plan has one is published before.',
    version: 1,
    schema: z.object({ ...media, poster: posterSchema }),
  },
  ThumbnailsGenerated: {
    summary: 'The storyboard is there.',
    version: 2,
    schema: z.object({
      ...media,
      poster: posterSchema
        .nullable()
        .describe(
          'Null where the plan has it as a step of its own; until version 2 it came with the storyboard',
        ),
      storyboard: storyboardSchema,
    }),
    upcasters: { 1: (data) => data },
  },
  PreviewGifGenerated: {
    summary: 'The animated preview is there.',
    version: 1,
    schema: z.object({ ...media, gif: previewGifSchema }),
  },
  ModerationScored: {
    summary: 'What the model saw in the sampled frames.',
    version: 3,
    schema: z.object({
      ...media,
      model: modelSchema,
      frames: z.array(
        z.object({
          atSeconds: z.number(),
          pick: z
            .enum(['spread', 'unlike'])
            .describe('One of those spread over the whole, or one that looks unlike them'),
          blobKey: z.string(),
          scores: moderationScoresSchema.describe('In our classes, 0..1: what the policy judges by'),
          labels: z.record(z.string(), z.number()).describe('As the model names and scores them'),
        }),
      ),
    }),
    upcasters: {
      1: ({ frames, ...rest }) => ({ ...rest, frames: asSpread(frames) }),
      2: ({ frames, ...rest }) => ({ ...rest, frames: asLabelled(frames) }),
    },
  },
  ModerationDecided: {
    summary: 'What the policy made of the scores, and by which rule.',
    version: 1,
    schema: z.object({
      ...media,
      outcome: z.enum(['approved', 'rejected', 'in_review']),
      rule: z.string(),
      explanation: z.string(),
    }),
  },
  MediaReviewed: {
    summary: 'A person decided: on an item in review, or against its rejection by the policy.',
    version: 1,
    schema: z.object({
      ...media,
      decision: z.enum(['approve', 'reject']),
      reason: z.string(),
      reviewer: z.string(),
    }),
    personal: { reason: '' },
  },
  TagsGenerated: {
    summary: 'What is to be seen, how surely, and when.',
    version: 1,
    schema: z.object({ ...media, model: modelSchema, tags: z.array(tagSchema) }),
  },
  MediaPublished: {
    summary: 'The item is allowed and playable: the public may see it.',
    version: 1,
    schema: z.object(media),
  },
  MediaRejected: {
    summary: 'The item is not allowed; nothing of it is shown.',
    version: 1,
    schema: z.object({ ...media, by: z.enum(['policy', 'reviewer']), reason: z.string() }),
    personal: { reason: '' },
  },
  ProcessingFailed: {
    summary: 'The item cannot be published because a step it needs failed for good.',
    version: 1,
    schema: z.object({ ...media, step: stepNameSchema, ...failure }),
  },
  ProcessingRetried: {
    summary: 'Steps that failed, or were cancelled by a rejection since overruled, are done again.',
    version: 1,
    schema: z.object({
      ...media,
      steps: z.array(stepNameSchema),
      wasFailed: z.boolean().describe('The item as a whole had failed, and is being processed again'),
    }),
  },
  MediaDetailsChanged: {
    summary:
      'Title, description or tags were edited; absent ones stay. With none, a repeatable edit found all as it wanted it.',
    version: 1,
    schema: z.object({
      ...media,
      title: z.string().optional(),
      description: z.string().optional(),
      tags: z.array(z.string()).optional(),
    }),
    personal: { title: '', description: '', tags: [] },
  },
  MediaDeleted: {
    summary: 'The item is gone for everybody; its bytes follow.',
    version: 1,
    schema: z.object(media),
  },
  MediaPurged: {
    summary: 'The bytes of a deleted item have been removed from storage.',
    version: 1,
    schema: z.object(media),
  },
  MediaPurgeFailed: {
    summary:
      'The bytes of a deleted item are still there: removing them was given up until a replay or the storage check.',
    version: 1,
    schema: z.object({ ...media, ...failure }),
  },
} as const satisfies EventDefinitions;

export type MediaEvent = EventOf<typeof mediaEvents>;
