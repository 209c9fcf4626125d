import type { MediaEvent } from '../media-events.js';
import type { MediaState } from '../media-state.js';
import type { ModerationDecision } from '../moderation-policy.js';
import { type ModerationPolicy, referenceOf } from '../moderation-policy-document.js';
import { type WordPlace, wordsAdded } from './listed-words.js';

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
  const isLookedAt = review.deciders.length > 0 || isInQueue(review);
  if (!policy || places.length === 0 || moderation !== 'approved' || !published || isLookedAt) return [];
  return [whileShown(mediaId, policy, places)];
}

/**
 * What is written after the approval was not before whoever approved: of an item that is shown a person looks at it, and the item stays shown; of one that is not shown yet a
 * person decides. Whoever has an item before them anyway has what is written there now.
 */
export function changeHeeded(
  before: MediaState,
  after: MediaState,
  mediaId: string,
  policy: ModerationPolicy | undefined,
): MediaEvent[] {
  if (!policy || after.moderation !== 'approved' || isInQueue(after.review)) return [];
  const places = wordsAdded(policy.words, before.details, after.details);
  if (places.length === 0) return [];
  return [after.published ? whileShown(mediaId, policy, places) : beforeShown(mediaId, policy, places)];
}

const isInQueue = ({ isAudited, isTakedownProposed }: MediaState['review']): boolean =>
  isAudited || isTakedownProposed;

const heeded = (mediaId: string, policy: ModerationPolicy, places: readonly WordPlace[]) => ({
  ...{ mediaId, rule: 'listed_words', explanation: explainWords(places) },
  ...{ causes: [], policy: referenceOf(policy) },
});

const whileShown = (mediaId: string, policy: ModerationPolicy, places: readonly WordPlace[]): MediaEvent => ({
  type: 'ModerationDecided',
  data: { ...heeded(mediaId, policy, places), outcome: 'approved', audit: true, whileShown: true },
});

const beforeShown = (
  mediaId: string,
  policy: ModerationPolicy,
  places: readonly WordPlace[],
): MediaEvent => ({
  type: 'ModerationDecided',
  data: { ...heeded(mediaId, policy, places), outcome: 'in_review' },
});
