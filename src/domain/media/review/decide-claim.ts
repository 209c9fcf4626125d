import { conflict } from '../../../core/errors.js';
import { addSeconds } from '../../../core/time.js';
import type { MediaCommandOf } from '../media-commands.js';
import type { MediaEvent } from '../media-events.js';
import type { MediaState } from '../media-state.js';
import { matterOf, refuseReviewer } from './review-matter.js';

/** Keeps an item for one person for as many minutes as the policy says; claimed again, for as many from then on. */
export function claim(data: MediaCommandOf<'ClaimReview'>['data'], state: MediaState): MediaEvent[] {
  const { mediaId, reviewer, at, policy } = data;
  const about = matterOf(state, 'approve');
  if (!about)
    throw conflict('not_in_review', `There is nothing to decide on media ${mediaId}.`, {
      mediaId,
      moderation: state.moderation,
    });
  refuseReviewer(state, about, data);
  if (reviewer in state.review.opinions)
    throw conflict(
      'second_person_needed',
      `${reviewer} has said what to do with media ${mediaId}: another person has to agree.`,
      { mediaId, reviewer },
    );
  const until = addSeconds(at, policy.claimMinutes * 60);
  return [{ type: 'ReviewClaimed', data: { mediaId, reviewer, until } }];
}

/** Gives back what one had claimed; of anybody else's claim nothing happens. */
export function release(
  { mediaId, reviewer }: MediaCommandOf<'ReleaseReview'>['data'],
  { review }: MediaState,
): MediaEvent[] {
  return review.claim?.reviewer === reviewer ? [{ type: 'ReviewReleased', data: { mediaId, reviewer } }] : [];
}
