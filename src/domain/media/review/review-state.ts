import type { Instant } from '../../../core/time.js';
import type { MediaEvent } from '../media-events.js';
import type { ReviewDecision } from './review-values.js';

/** What the rules remember of what people have decided, or are about to. */
export interface ReviewState {
  /** It is rejected, and had been approved before: people know of that, so whoever approves it again means that. */
  readonly isTakenDown: boolean;
  /** One of two people wants it taken down. */
  readonly isTakedownProposed: boolean;
  /** The policy approved it, and a person looks at it all the same. */
  readonly isAudited: boolean;
  readonly appeal: 'none' | 'open' | 'decided';
  /** Who decided last; nobody where the policy did. */
  readonly deciders: readonly string[];
  /** What people have said on what two have to agree on, by who said it. */
  readonly opinions: Readonly<Record<string, ReviewDecision>>;
  /** Who is looking at it, and how long nobody else decides. */
  readonly claim: { readonly reviewer: string; readonly until: Instant } | null;
}

export const initialReviewState: ReviewState = {
  ...{ isTakenDown: false, isTakedownProposed: false, isAudited: false },
  ...{ appeal: 'none', deciders: [], opinions: {}, claim: null },
};

export function evolveReview(review: ReviewState, event: MediaEvent): ReviewState {
  switch (event.type) {
    case 'ModerationDecided':
      return { ...initialReviewState, isAudited: event.data.audit ?? false };
    case 'MediaReviewed': {
      const { about, decision, reviewer, agreed = [] } = event.data;
      const isRejected = decision === 'reject';
      return {
        ...initialReviewState,
        isTakenDown: isRejected && (about === 'takedown' || about === 'audit'),
        appeal: isRejected && about === 'appeal' ? 'decided' : 'none',
        deciders: [...agreed, reviewer],
      };
    }
    case 'ReviewProposed': {
      const { about, decision, reviewer } = event.data;
      return {
        ...review,
        isTakedownProposed: review.isTakedownProposed || about === 'takedown',
        opinions: { ...review.opinions, [reviewer]: decision },
        claim: null,
      };
    }
    case 'MediaAppealed':
      return { ...review, appeal: 'open', opinions: {}, claim: null };
    case 'ReviewClaimed': {
      const { reviewer, until } = event.data;
      return { ...review, claim: { reviewer, until } };
    }
    case 'ReviewReleased':
      return { ...review, claim: null };
    default:
      return review;
  }
}
