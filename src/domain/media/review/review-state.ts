import type { MediaEvent } from '../media-events.js';

/** What the rules remember of what people have decided. */
export interface ReviewState {
  /** It is rejected, and had been approved before: people know of that, so whoever approves it again means that. */
  readonly isTakenDown: boolean;
}

export const initialReviewState: ReviewState = { isTakenDown: false };

export function evolveReview(review: ReviewState, event: MediaEvent): ReviewState {
  switch (event.type) {
    case 'ModerationDecided':
      return initialReviewState;
    case 'MediaReviewed': {
      const { about, decision } = event.data;
      return { isTakenDown: decision === 'reject' && about === 'takedown' };
    }
    default:
      return review;
  }
}
