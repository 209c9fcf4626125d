import { z } from 'zod';
import { builtInPolicy, type ModerationPolicy } from '../../domain/media/moderation-policy-document.js';
import { readPolicyFile } from './policy-file.js';
import type { Read } from './values.js';

const fraction = z.coerce.number().min(0).max(1);

/** What a machine may decide of what it sees, and what a person decides. */
export const moderationVariables = {
  MEDIAFLOW_MODERATION_POLICY_FILE: z
    .string()
    .optional()
    .describe(
      'JSON file with the moderation policy (docs/moderation.md): per class what is approved, what is for a person, and what is rejected. Without it a built-in one decides, which the three variables below change',
    ),
  MEDIAFLOW_MODERATION_REJECT_AT: fraction
    .optional()
    .describe(
      'Of the built-in policy: score from which a frame counts as explicit beyond doubt (default 0.92)',
    ),
  MEDIAFLOW_MODERATION_REVIEW_AT: fraction
    .optional()
    .describe('Of the built-in policy: score from which a frame is for a person to judge (default 0.6)'),
  MEDIAFLOW_MODERATION_SOUND: z
    .enum(['publish', 'review'])
    .optional()
    .describe(
      'Of the built-in policy: what becomes of sound, which no model listens to: it is published unheard (`publish`, the default), or waits for a person (`review`)',
    ),
};

type Environment = Read<typeof moderationVariables>;

const OF_THE_BUILT_IN = [
  'MEDIAFLOW_MODERATION_REJECT_AT',
  'MEDIAFLOW_MODERATION_REVIEW_AT',
  'MEDIAFLOW_MODERATION_SOUND',
] as const;

/** A file says everything: variables beside it would be of no effect. */
export const hasOnePolicy = (env: Environment): boolean =>
  env.MEDIAFLOW_MODERATION_POLICY_FILE === undefined ||
  OF_THE_BUILT_IN.every((name) => env[name] === undefined);

export interface ModerationConfig {
  readonly policy: ModerationPolicy;
  readonly source: 'built-in' | 'file';
}

/** Throws an Error that says what is wrong in the file, and where. */
export function readModeration(env: Environment): ModerationConfig {
  const file = env.MEDIAFLOW_MODERATION_POLICY_FILE;
  if (file !== undefined) {
    try {
      return { policy: readPolicyFile(file), source: 'file' };
    } catch (error) {
      throw new Error(
        `The configuration is wrong:\n  MEDIAFLOW_MODERATION_POLICY_FILE: ${(error as Error).message}`,
      );
    }
  }
  const policy = builtInPolicy({
    ...(env.MEDIAFLOW_MODERATION_REVIEW_AT !== undefined && { reviewAt: env.MEDIAFLOW_MODERATION_REVIEW_AT }),
    ...(env.MEDIAFLOW_MODERATION_REJECT_AT !== undefined && { rejectAt: env.MEDIAFLOW_MODERATION_REJECT_AT }),
    ...(env.MEDIAFLOW_MODERATION_SOUND !== undefined && { sound: env.MEDIAFLOW_MODERATION_SOUND }),
  });
  return { policy, source: 'built-in' };
}
