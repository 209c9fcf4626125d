import { conflict } from '../../../core/errors.js';
import type { ByPerson, MediaCommandOf } from '../media-commands.js';
import type { MediaEvent } from '../media-events.js';
import type { MediaState } from '../media-state.js';
import { referenceOf } from '../moderation-policy-document.js';
import { stepsWhere } from '../settle.js';
import type { ReviewDecision, ReviewMatter } from './review-values.js';

/** What a person's decision would be about; undefined where there is nothing to decide so. */
function matterOf({ moderation, rejectedBy, review }: MediaState, decision: ReviewDecision) {
  if (moderation === 'in_review') return 'review';
  if (decision === 'approve' && (rejectedBy === 'policy' || review.isTakenDown)) return 'rejection';
  return undefined;
}

/** What waits for a person is decided once: who decides late, by what was to be seen before, is told so. */
export function review(data: MediaCommandOf<'ReviewMedia'>['data'], state: MediaState): MediaEvent[] {
  const { mediaId, decision } = data;
  const about = matterOf(state, decision);
  if (about) return decided({ ...data, about }, state);
  const { moderation } = state;
  const hint =
    moderation === 'approved' && decision === 'reject' ? ' What is shown by mistake is taken down.' : '';
  throw conflict(
    'not_in_review',
    `Media ${mediaId} is not waiting for a review: it is ${moderation}.${hint}`,
    { mediaId, moderation },
  );
}

/** What was approved, by whomever, is rejected after all. */
export function takeDown(data: MediaCommandOf<'TakeDownMedia'>['data'], state: MediaState): MediaEvent[] {
  const { mediaId } = data;
  const { moderation } = state;
  if (moderation !== 'approved')
    throw conflict('not_approved', `Media ${mediaId} cannot be taken down: it is ${moderation}.`, {
      mediaId,
      moderation,
    });
  return decided({ ...data, decision: 'reject', about: 'takedown' }, state);
}

interface Decided extends ByPerson {
  readonly about: ReviewMatter;
  readonly decision: ReviewDecision;
}

function decided(data: Decided, state: MediaState): MediaEvent[] {
  const { mediaId } = data;
  const reviewed: MediaEvent = {
    type: 'MediaReviewed',
    data: { ...data, policy: referenceOf(data.policy) },
  };
  if (data.decision === 'reject')
    return [
      reviewed,
      {
        type: 'MediaRejected',
        data: {
          ...{ mediaId, by: 'reviewer', reason: data.reason },
          ...(state.published && { wasPublished: true }),
        },
      },
    ];
  // Of an item that was rejected by mistake, what was let go of is taken up again.
  const steps = stepsWhere(state, (status) => status === 'cancelled');
  return steps.length === 0
    ? [reviewed]
    : [reviewed, { type: 'ProcessingRetried', data: { mediaId, steps, wasFailed: false } }];
}
