import { z } from 'zod';
import { DEFAULT_MODERATION_POLICY } from '../../domain/media/moderation-policy.js';
import type { Read } from './values.js';

const fraction = z.coerce.number().min(0).max(1);

/** What a machine may decide of a picture, and what a person decides. */
export const moderationVariables = {
  MEDIAFLOW_MODERATION_REJECT_AT: fraction
    .default(DEFAULT_MODERATION_POLICY.rejectAt)
    .describe('Score from which a frame counts as explicit beyond doubt'),
  MEDIAFLOW_MODERATION_REVIEW_AT: fraction
    .default(DEFAULT_MODERATION_POLICY.reviewAt)
    .describe('Score from which a frame is for a person to judge'),
  MEDIAFLOW_MODERATION_SOUND: z
    .enum(['publish', 'review'])
    .default(DEFAULT_MODERATION_POLICY.unheardSound)
    .describe(
      'What becomes of sound, which no model listens to: it is published unheard, or waits for a person',
    ),
};

export const readModeration = (env: Read<typeof moderationVariables>): typeof DEFAULT_MODERATION_POLICY => ({
  ...DEFAULT_MODERATION_POLICY,
  rejectAt: env.MEDIAFLOW_MODERATION_REJECT_AT,
  reviewAt: env.MEDIAFLOW_MODERATION_REVIEW_AT,
  unheardSound: env.MEDIAFLOW_MODERATION_SOUND,
});
