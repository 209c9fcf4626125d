import { z } from 'zod';
import { contentHash } from '../../core/content-hash.js';
import type { JsonObject } from '../../core/json.js';
import type { ModerationClass } from './moderation-classes.js';
import { reviewDecisionSchema } from './review/review-values.js';

/** A machine rejects only at the extreme: what lies below is for a person, whatever an operator writes. */
const LOWEST_REJECTION = 0.9;
const MOST_SHARE = 1;

const share = z.number().min(0).max(MOST_SHARE);
const personBandSchema = z.strictObject({
  at: z.number().min(0).max(1).describe('Score from which a frame is for a person to judge'),
  share: share
    .default(0)
    .describe(
      'Share of the frames spread over the whole that has to be at it; with 0 a single frame is enough, however it was picked',
    ),
});
const rejectBandSchema = z.strictObject({
  at: z.number().min(LOWEST_REJECTION).max(1).describe('Score from which a frame is beyond doubt'),
  share: share
    .default(0.3)
    .describe('Share of the frames spread over the whole that, beyond doubt, rejects without a person'),
  frames: z
    .int()
    .min(1)
    .default(3)
    .describe('As many of them at least: two are a coincidence, and a picture has one'),
});
const bandsSchema = z
  .strictObject({
    person: personBandSchema.nullable().describe('null: it is always approved'),
    reject: rejectBandSchema.nullable().default(null).describe('null: nothing is rejected without a person'),
  })
  .refine(({ person, reject }) => !reject || (person !== null && person.at <= reject.at), {
    path: ['reject', 'at'],
    error: 'has to be at or above person.at: between the two a person decides',
  });

const anyClass = {
  adult: bandsSchema,
  suggestive: bandsSchema,
  violence: bandsSchema,
  graphic: bandsSchema,
  text: bandsSchema,
} satisfies Record<ModerationClass, z.ZodType>;

/** The policy as an operator writes it. All classes have to be named, so that none is approved for having been forgotten. */
export const policyDocumentSchema = z.strictObject({
  version: z.string().trim().min(1).max(100).describe('What its authors call it'),
  classes: z.strictObject(anyClass),
  sound: z
    .enum(['publish', 'review'])
    .default('publish')
    .describe('What becomes of sound, which no model listens to'),
  fourEyes: z
    .array(reviewDecisionSchema)
    .default([])
    .describe('Decisions of people that two have to agree on'),
  auditShare: share
    .default(0)
    .describe('Share of what the policy approves that a person looks at all the same, while it is shown'),
  claimMinutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(15)
    .describe('How long what a reviewer has claimed is nobody else’s'),
  // Absent rather than empty where there are none: a policy of before is known by the same hash.
  words: z
    .record(z.string().regex(/^[a-z]{2,3}$/), z.array(z.string().trim().min(1).max(100)).max(2000))
    .optional()
    .describe('Words and phrases that a person is to know of, by language; nothing is rejected for one'),
});
export type PolicyDocument = z.infer<typeof policyDocumentSchema>;

/** Which policy decided: what its authors call it, and the hash of what it says. */
export const policyReferenceSchema = z.object({ version: z.string(), hash: z.string() });
export type PolicyReference = z.infer<typeof policyReferenceSchema>;

export interface ModerationPolicy extends PolicyDocument {
  /** sha256 of all it says, whatever its version is called. */
  readonly hash: string;
}

export const policyOf = (document: PolicyDocument): ModerationPolicy => ({
  ...document,
  hash: contentHash(document as unknown as JsonObject),
});

export const referenceOf = ({ version, hash }: ModerationPolicy): PolicyReference => ({ version, hash });

const possibly = (at: number) => ({ person: { at, share: 0 }, reject: null });

/** What is decided where nobody has written a policy. Local models look for the first two classes alone. */
export const builtInPolicy = ({
  reviewAt = 0.6,
  rejectAt = 0.92,
  sound = 'publish' as PolicyDocument['sound'],
} = {}): ModerationPolicy =>
  policyOf({
    version: 'built-in',
    classes: {
      adult: { person: { at: reviewAt, share: 0 }, reject: { at: rejectAt, share: 0.3, frames: 3 } },
      suggestive: { person: { at: reviewAt, share: 0.25 }, reject: null },
      violence: possibly(reviewAt),
      graphic: possibly(reviewAt),
      text: possibly(reviewAt),
    },
    sound,
    ...{ fourEyes: [], auditShare: 0, claimMinutes: 15 },
  });

export const DEFAULT_MODERATION_POLICY = builtInPolicy();
