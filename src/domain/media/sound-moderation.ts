import type { ModerationClass } from './moderation-classes.js';
import { decideModeration, type ModerationDecision } from './moderation-policy.js';
import type { ModerationPolicy } from './moderation-policy-document.js';

type Frames = Parameters<typeof decideModeration>[0];

/**
 * No model listens to sound. What is to be seen of it, its cover, is judged like a frame of a video; the sound itself follows the operator's
 * rule, and what is said of the decision never claims that anybody has listened.
 */
export function decideSoundModeration(
  frames: Frames,
  policy: ModerationPolicy,
  mayReject: readonly ModerationClass[],
): ModerationDecision {
  const cover = frames.length > 0 ? decideModeration(frames, policy, { mayReject }) : null;
  if (cover && cover.outcome !== 'approved') return cover;
  const seen = cover ? `Cover art: ${cover.explanation}` : 'It has no cover art that could be looked at.';
  return policy.sound === 'review'
    ? {
        outcome: 'in_review',
        rule: 'sound_to_be_heard',
        explanation: `${seen} No model listens to sound, so a person has to.`,
        causes: [],
      }
    : {
        outcome: 'approved',
        rule: 'sound_not_listened_to',
        explanation: `${seen} Nobody has listened to the sound: it is published because the policy has sound published unheard.`,
        causes: [],
      };
}
