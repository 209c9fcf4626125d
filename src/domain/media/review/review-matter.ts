import { conflict } from '../../../core/errors.js';
import { addSeconds, type Instant } from '../../../core/time.js';
import type { MediaState } from '../media-state.js';
import type { ModerationPolicy } from '../moderation-policy-document.js';
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

interface Reviewing {
  readonly mediaId: string;
  readonly reviewer: string;
  readonly at: Instant;
  readonly policy: Pick<ModerationPolicy, 'claimMinutes'>;
}

/** Clocks of machines differ by a little. */
const SKEW_SECONDS = 60;

/** How long a claim may last from now on: one that ends later was made by a clock that ran ahead, and keeps nobody out until that comes true. */
export const longestClaimSeconds = ({ claimMinutes }: Reviewing['policy']): number =>
  claimMinutes * 60 + SKEW_SECONDS;

const holds = (until: Instant, at: Instant, policy: Reviewing['policy']): boolean =>
  until > at && until <= addSeconds(at, longestClaimSeconds(policy));

/**
 * Throws unless this person may decide now. An appeal is for another person than those it is against; what somebody else is looking
 * at waits until that lease has ended.
 */
export function refuseReviewer(
  { review }: MediaState,
  about: ReviewMatter,
  { mediaId, reviewer, at, policy }: Reviewing,
): void {
  const { claim } = review;
  if (claim && claim.reviewer !== reviewer && holds(claim.until, at, policy))
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
