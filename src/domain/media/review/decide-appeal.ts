import { conflict } from '../../../core/errors.js';
import type { MediaCommandOf } from '../media-commands.js';
import type { MediaEvent } from '../media-events.js';
import type { MediaState } from '../media-state.js';

/** Brings a rejected item before another person, once for each rejection. */
export function appeal(data: MediaCommandOf<'AppealDecision'>['data'], state: MediaState): MediaEvent[] {
  const { mediaId } = data;
  if (!state.rejectedBy)
    throw conflict('not_rejected', `Media ${mediaId} is not rejected: there is nothing to appeal against.`, {
      mediaId,
      moderation: state.moderation,
    });
  if (state.review.appeal === 'open')
    throw conflict(
      'appeal_open',
      `Of media ${mediaId} there is an appeal already, which waits for a person.`,
      {
        mediaId,
      },
    );
  if (state.review.appeal === 'decided')
    throw conflict('appeal_decided', `An appeal of media ${mediaId} was turned down, which is final.`, {
      mediaId,
    });
  return [{ type: 'MediaAppealed', data }];
}
