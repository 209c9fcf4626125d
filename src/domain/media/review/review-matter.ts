import { conflict } from '../../../core/errors.js';
import type { Instant } from '../../../core/time.js';
import type { MediaState } from '../media-state.js';
import type { ReviewDecision, ReviewMatter } from './review-values.js';

/** What a person's decision would be about; undefined where there is nothing to decide so. */
export function matterOf(
  { moderation, rejectedBy, review }: MediaState,
  decision: ReviewDecision,
): ReviewMatter | undefined {
  if (review.appeal === 'open') return 'appeal';
  if (moderation === 'in_review') return 'review';
  if (review.isTakedownProposed) return 'takedown';
  if (review.isAudited) return 'audit';
  if (decision === 'approve' && (rejectedBy === 'policy' || review.isTakenDown)) return 'rejection';
  return undefined;
}

/**
 * Throws unless this person may decide now. An appeal is for another person than those it is against; what somebody else is looking
 * at waits until that lease has ended.
 */
export function refuseReviewer(
  { review }: MediaState,
  about: ReviewMatter,
  { mediaId, reviewer, at }: { readonly mediaId: string; readonly reviewer: string; readonly at: Instant },
): void {
  const { claim } = review;
  if (claim && claim.reviewer !== reviewer && claim.until > at)
    throw conflict(
      'review_claimed',
      `Media ${mediaId} is being looked at by ${claim.reviewer} until ${claim.until}.`,
      { mediaId, claimedBy: claim.reviewer, claimedUntil: claim.until },
    );
  if (about === 'appeal' && review.deciders.includes(reviewer))
    throw conflict(
      'same_reviewer',
      `The appeal of media ${mediaId} is against a decision of ${reviewer}: another person has to decide on it, with a key of their own.`,
      { mediaId, reviewer },
    );
}
