import type { HeadVerdict } from './head-verdict.js';
import { type ModerationClass, moderationClassSchema } from './moderation-classes.js';
import {
  type ClassJudgement,
  judgeClass,
  type ModerationCause,
  type ModerationFrame,
} from './moderation-judgement.js';
import { DEFAULT_MODERATION_POLICY, type ModerationPolicy } from './moderation-policy-document.js';

export interface ModerationDecision {
  readonly outcome: 'approved' | 'rejected' | 'in_review';
  readonly rule: string;
  readonly explanation: string;
  /** The surest first, of each class a few; none where nothing was seen that speaks against it. */
  readonly causes: readonly ModerationCause[];
  /** What a model trained on people's decisions says of it; absent where none is in use. */
  readonly head?: HeadVerdict;
}

interface Looked {
  /** Equal parts of the whole of which no frame could be had. */
  readonly missedParts?: number;
  /** Classes that the model is sure enough of to reject by; of all others it sends to a person at the most. */
  readonly mayReject?: readonly ModerationClass[];
}

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`;

/**
 * Approve what is clear, reject what is clear many times over, and send everything between to a person: a false
 * alarm must never delete somebody's video. Shares are of the frames spread over the whole, and so of its time; those
 * picked because they look unlike them may all be of one short scene, and can only send it to a person. `missedParts` of
 * the whole could not be looked at: nobody approves by itself what it has seen less than half of.
 */
export function decideModeration(
  frames: readonly ModerationFrame[],
  policy: ModerationPolicy = DEFAULT_MODERATION_POLICY,
  { missedParts = 0, mayReject = ['adult'] }: Looked = {},
): ModerationDecision {
  const spread = frames.filter((frame) => frame.pick === 'spread');
  const judged = moderationClassSchema.options.map((name) =>
    judgeClass(name, frames, policy.classes[name], mayReject.includes(name)),
  );
  const causes = judged
    .flatMap((judgement) => judgement.causes)
    .toSorted((a, b) => b.score - a.score || a.frame - b.frame);
  if (spread.length === 0)
    return { outcome: 'in_review', rule: 'no_frames', explanation: 'No frame could be looked at.', causes };

  const against =
    judged.find(({ band }) => band === 'reject') ?? judged.find(({ band }) => band === 'person');
  if (against) {
    const { band, rule, explanation } = against;
    return { outcome: band === 'reject' ? 'rejected' : 'in_review', rule, explanation, causes };
  }
  if (missedParts > spread.length)
    return {
      outcome: 'in_review',
      rule: 'too_few_frames',
      explanation: `Only ${spread.length} of ${spread.length + missedParts} parts of it could be looked at; the rest is damaged or missing.`,
      causes,
    };
  return {
    outcome: 'approved',
    rule: 'below_review_threshold',
    explanation: approval(frames, judged, policy),
    causes: [],
  };
}

/** How close it came to a person, by what came closest. */
function approval(
  frames: readonly ModerationFrame[],
  judged: readonly ClassJudgement[],
  policy: ModerationPolicy,
): string {
  const looked = frames.length === 1 ? 'One frame looked at' : `${frames.length} frames looked at`;
  const [closest] = judged
    .flatMap((judgement) => {
      const person = policy.classes[judgement.class].person;
      // Where a share of the frames counts, the highest score says nothing.
      return person && person.share === 0 && judgement.worst
        ? [{ at: person.at, worst: judgement.worst, nearness: judgement.worst.score / person.at }]
        : [];
    })
    .toSorted((a, b) => b.nearness - a.nearness);
  if (!closest) return `${looked}.`;
  const before = frames.length === 1 ? `${looked}:` : `${looked}, highest score:`;
  return `${before} ${closest.worst.text}; from ${percent(closest.at)} a person would decide.`;
}
