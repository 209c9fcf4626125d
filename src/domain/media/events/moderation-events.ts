import { z } from 'zod';
import type { EventDefinitions } from '../../../core/event.js';
import type { JsonObject, JsonValue } from '../../../core/json.js';
import { headVerdictSchema } from '../head-verdict.js';
import { modelSchema } from '../media-values.js';
import { moderationClassSchema, moderationScoresSchema } from '../moderation-classes.js';
import { policyReferenceSchema } from '../moderation-policy-document.js';
import { reviewDecisionSchema, reviewMatterSchema } from '../review/review-values.js';
import { media } from './event-fields.js';

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

/** Whether an item may be shown, and who decided that. */
export const moderationEvents = {
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
  LooksTaken: {
    summary:
      'How frames of an item look from afar, by which copies of it are found; the same frames of every copy.',
    version: 1,
    schema: z.object({
      ...media,
      looks: z
        .array(
          z.object({
            atSeconds: z.number(),
            look: z
              .string()
              .regex(/^[0-9a-f]{32}$/)
              .describe(
                'dHash of 128 bits: whether a part is brighter than the one before it, along rows and along columns',
              ),
          }),
        )
        .describe('Frames that show too little to be told apart are left out'),
    }),
  },
  PicturesEmbedded: {
    summary:
      'What a model saw in an item, before it gave names to it: of this a model is trained that knows what people decided.',
    version: 1,
    schema: z.object({
      ...media,
      space: z
        .string()
        .describe('Model, weights and projection: vectors of different spaces cannot be compared'),
      mean: z.string().describe('Of the frames spread over the whole: signed bytes in base64'),
      severest: z.string().describe('Of the frame that speaks most against it, likewise'),
    }),
    personal: { mean: '', severest: '' },
  },
  ModerationDecided: {
    summary: 'What the policy made of the scores, and by which rule.',
    version: 2,
    schema: z.object({
      ...media,
      outcome: z.enum(['approved', 'rejected', 'in_review']),
      rule: z.string(),
      explanation: z.string(),
      causes: z
        .array(
          z.object({
            class: moderationClassSchema,
            score: z.number(),
            frame: z.int().min(0).describe('Its place in `frames` of `ModerationScored`'),
            atSeconds: z.number(),
          }),
        )
        .describe('Frames that speak against it, the surest first, of each class a few'),
      policy: policyReferenceSchema
        .nullable()
        .describe('By which it was decided; null where no policy was asked, and in earlier releases'),
      head: headVerdictSchema
        .optional()
        .describe('What a model trained on people’s decisions says; absent where none is in use'),
      audit: z
        .literal(true)
        .optional()
        .describe('Approved, and one of those that a person looks at all the same'),
      whileShown: z
        .literal(true)
        .optional()
        .describe('It was approved and is shown, and stays so: what came to light since is for a person'),
    }),
    upcasters: { 1: (data) => ({ ...data, causes: [], policy: null }) },
  },
  MediaReviewed: {
    summary: 'A person decided: on an item in review, against its rejection, or to take down what was shown.',
    version: 2,
    schema: z.object({
      ...media,
      about: reviewMatterSchema.describe('What was decided about; earlier releases told `review` of all'),
      decision: reviewDecisionSchema,
      reason: z.string(),
      reviewer: z.string(),
      policy: policyReferenceSchema
        .nullable()
        .describe('In force where it was decided; null in earlier releases'),
      agreed: z
        .array(z.string())
        .optional()
        .describe('Who had said the same before, where the policy wants two people'),
    }),
    upcasters: { 1: (data) => ({ ...data, about: 'review', policy: null }) },
    personal: { reason: '' },
  },
  ReviewProposed: {
    summary: 'A person decided what by the policy two have to agree on: another one has to say the same.',
    version: 1,
    schema: z.object({
      ...media,
      about: reviewMatterSchema,
      decision: reviewDecisionSchema,
      reason: z.string(),
      reviewer: z.string(),
      policy: policyReferenceSchema,
    }),
    personal: { reason: '' },
  },
  MediaAppealed: {
    summary: 'Somebody objects to a rejection: another person than the one who decided looks at it again.',
    version: 1,
    schema: z.object({ ...media, text: z.string(), appellant: z.string() }),
    personal: { text: '' },
  },
  ReviewClaimed: {
    summary: 'A reviewer looks at an item: until then nobody else decides on it.',
    version: 1,
    schema: z.object({ ...media, reviewer: z.string(), until: z.string() }),
  },
  ReviewReleased: {
    summary: 'A reviewer gave an item back without a decision.',
    version: 1,
    schema: z.object({ ...media, reviewer: z.string() }),
  },
  MediaPublished: {
    summary: 'The item is allowed and playable: the public may see it.',
    version: 1,
    schema: z.object({
      ...media,
      again: z.literal(true).optional().describe('It had been published before, and was taken down since'),
    }),
  },
  MediaRejected: {
    summary: 'The item is not allowed; nothing of it is shown.',
    version: 1,
    schema: z.object({
      ...media,
      by: z.enum(['policy', 'reviewer']),
      reason: z.string(),
      wasPublished: z.literal(true).optional().describe('The public saw it until now'),
    }),
    personal: { reason: '' },
  },
} as const satisfies EventDefinitions;
