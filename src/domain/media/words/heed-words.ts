import type { MediaEvent } from '../media-events.js';
import type { MediaState } from '../media-state.js';
import type { ModerationDecision } from '../moderation-policy.js';
import { type ModerationPolicy, referenceOf } from '../moderation-policy-document.js';
import type { WordPlace } from './listed-words.js';

const explainWords = (places: readonly WordPlace[]): string =>
  `Words of the policy's list are in: ${places
    .map(({ where, atSeconds }) => (atSeconds === null ? where : `${where} at ${atSeconds.toFixed(1)} s`))
    .join(', ')}.`;

/** What has listed words goes to a person: words reject nothing, and approve nothing. Of what goes to one anyway it is told beside. Pure. */
export function heedWords(decision: ModerationDecision, places: readonly WordPlace[]): ModerationDecision {
  if (places.length === 0 || decision.outcome === 'rejected') return decision;
  const explanation = explainWords(places);
  if (decision.outcome === 'in_review')
    return { ...decision, explanation: `${decision.explanation} ${explanation}` };
  return { ...decision, outcome: 'in_review', rule: 'listed_words', explanation };
}

/**
 * Words that come to light after the approval take nothing down: a person looks at the item while it is shown, as at one that is looked at by chance. What a person has
 * decided stands, and what one is to look at already they see.
 */
export function wordsHeeded(
  { moderation, published, review }: MediaState,
  mediaId: string,
  policy: ModerationPolicy | undefined,
  places: readonly WordPlace[],
): MediaEvent[] {
  const isLookedAt = review.deciders.length > 0 || review.isAudited || review.isTakedownProposed;
  if (!policy || places.length === 0 || moderation !== 'approved' || !published || isLookedAt) return [];
  return [
    {
      type: 'ModerationDecided',
      data: {
        ...{ mediaId, outcome: 'approved', rule: 'listed_words', explanation: explainWords(places) },
        ...{ causes: [], policy: referenceOf(policy) },
        ...{ audit: true, whileShown: true },
      },
    },
  ];
}
