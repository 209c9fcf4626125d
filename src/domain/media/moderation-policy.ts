import type { ModerationScores } from './moderation-classes.js';

export interface ModerationPolicy {
  /** A frame at or above this is explicit beyond doubt. */
  readonly rejectAt: number;
  /** A frame at or above this is for a person to judge. */
  readonly reviewAt: number;
  /** Share (0..1) of the frames spread over the whole that, beyond doubt, rejects without a person. */
  readonly rejectShare: number;
  /** Suggestive, not explicit: share of the spread frames at or above `reviewAt` that sends the item to a person. */
  readonly suggestiveShare: number;
  /** What becomes of sound, which no model listens to: it is published, or waits for a person. */
  readonly unheardSound: 'publish' | 'review';
}

export const DEFAULT_MODERATION_POLICY: ModerationPolicy = {
  rejectAt: 0.92,
  reviewAt: 0.6,
  rejectShare: 0.3,
  suggestiveShare: 0.25,
  unheardSound: 'publish',
};

export interface ModerationDecision {
  readonly outcome: 'approved' | 'rejected' | 'in_review';
  readonly rule: string;
  readonly explanation: string;
}

interface FrameScores {
  readonly atSeconds: number;
  readonly pick: 'spread' | 'unlike';
  readonly scores: ModerationScores;
}

/** Two frames are a coincidence; an automatic rejection wants more. */
const MINIMUM_FRAMES_TO_REJECT = 3;

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`;

/**
 * Approve what is clear, reject what is clear many times over, and send everything between to a person: a false
 * alarm must never delete somebody's video. Shares are of the frames spread over the whole, and so of its time; those
 * picked because they look unlike them may all be of one short scene, and can only send it to a person. `missedParts` of
 * the whole could not be looked at: nobody approves by itself what it has seen less than half of.
 */
export function decideModeration(
  frames: readonly FrameScores[],
  policy: ModerationPolicy = DEFAULT_MODERATION_POLICY,
  missedParts = 0,
): ModerationDecision {
  const spread = frames.filter((frame) => frame.pick === 'spread');
  if (spread.length === 0)
    return { outcome: 'in_review', rule: 'no_frames', explanation: 'No frame could be looked at.' };

  const explicit = (frame: FrameScores) => frame.scores.adult ?? 0;
  const worst = frames.reduce((a, b) => (explicit(b) > explicit(a) ? b : a));
  const beyondDoubt = spread.filter((frame) => explicit(frame) >= policy.rejectAt).length;
  const suggestive = spread.filter((frame) => (frame.scores.suggestive ?? 0) >= policy.reviewAt).length;
  // A picture has one frame, and no time.
  const isOne = frames.length === 1;
  const worstText = `explicit ${percent(explicit(worst))}${isOne ? '' : ` at ${worst.atSeconds.toFixed(1)} s`}`;
  const looked = isOne ? 'One frame looked at:' : `${frames.length} frames looked at, highest score:`;

  if (beyondDoubt >= MINIMUM_FRAMES_TO_REJECT && beyondDoubt / spread.length >= policy.rejectShare)
    return {
      outcome: 'rejected',
      rule: 'explicit_in_many_frames',
      explanation: `${beyondDoubt} of ${spread.length} frames are explicit beyond doubt (at least ${percent(policy.rejectAt)}).`,
    };
  if (explicit(worst) >= policy.reviewAt)
    return {
      outcome: 'in_review',
      rule: 'possibly_explicit_frame',
      explanation: `Highest score: ${worstText}; from ${percent(policy.reviewAt)} a person decides.`,
    };
  if (suggestive / spread.length >= policy.suggestiveShare)
    return {
      outcome: 'in_review',
      rule: 'suggestive_in_many_frames',
      explanation: `${suggestive} of ${spread.length} frames are suggestive.`,
    };
  if (missedParts > spread.length)
    return {
      outcome: 'in_review',
      rule: 'too_few_frames',
      explanation: `Only ${spread.length} of ${spread.length + missedParts} parts of it could be looked at; the rest is damaged or missing.`,
    };
  return {
    outcome: 'approved',
    rule: 'below_review_threshold',
    explanation: `${looked} ${worstText}; from ${percent(policy.reviewAt)} a person would decide.`,
  };
}
