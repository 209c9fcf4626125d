import { conflict } from '../../../core/errors.js';
import type { MediaCommandOf } from '../media-commands.js';
import type { MediaEvent } from '../media-events.js';
import type { MediaState } from '../media-state.js';
import { referenceOf } from '../moderation-policy-document.js';
import { stepsWhere } from '../settle.js';
import { matterOf, refuseReviewer } from './review-matter.js';
import type { ReviewDecision, ReviewMatter } from './review-values.js';

type Said = MediaCommandOf<'ReviewMedia'>['data'];

/** What waits for a person is decided once: who decides late, by what was to be seen before, is told so. */
export function review(data: Said, state: MediaState): MediaEvent[] {
  const { mediaId, decision } = data;
  const about = matterOf(state, decision);
  if (about) return decide(data, about, state);
  const { moderation } = state;
  const hint = hintFor(state, decision);
  throw conflict(
    'not_in_review',
    `Media ${mediaId} is not waiting for a review: it is ${moderation}.${hint}`,
    { mediaId, moderation },
  );
}

function hintFor({ moderation, rejectedBy }: MediaState, decision: ReviewDecision): string {
  if (moderation === 'approved' && decision === 'reject') return ' What is shown by mistake is taken down.';
  if (rejectedBy === 'reviewer' && decision === 'approve')
    return ' Against what a person rejected there is an appeal.';
  return '';
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
  return decide({ ...data, decision: 'reject' }, 'takedown', state);
}

/** One person decides, unless the policy wants two for what changes what is shown: then the first only proposes. */
function decide(data: Said, about: ReviewMatter, state: MediaState): MediaEvent[] {
  const { mediaId, decision, reason, reviewer, policy } = data;
  refuseReviewer(state, about, data);
  const said = { mediaId, about, decision, reason, reviewer, policy: referenceOf(policy) };
  if (!policy.fourEyes.includes(decision) || leavesItShown(about, decision)) return decided(said, state);

  const opinions = Object.entries(state.review.opinions);
  const agreed = opinions.flatMap(([who, opinion]) =>
    who !== reviewer && opinion === decision ? [who] : [],
  );
  if (agreed.length > 0) return decided({ ...said, agreed }, state);
  if (state.review.opinions[reviewer] === decision)
    throw conflict(
      'second_person_needed',
      `${reviewer} has said so already: by the policy another person has to agree before media ${mediaId} is ${decision}ed.`,
      { mediaId, reviewer },
    );
  return [{ type: 'ReviewProposed', data: said }];
}

/** Who confirms that something may be shown that is shown changes nothing. */
const leavesItShown = (about: ReviewMatter, decision: ReviewDecision): boolean =>
  decision === 'approve' && (about === 'audit' || about === 'takedown');

type Decided = Extract<MediaEvent, { type: 'MediaReviewed' }>['data'];

function decided(data: Decided, state: MediaState): MediaEvent[] {
  const { mediaId, reason } = data;
  const reviewed: MediaEvent = { type: 'MediaReviewed', data };
  // An appeal that is turned down leaves it as it is.
  if (data.decision === 'reject' && state.rejectedBy) return [reviewed];
  if (data.decision === 'reject')
    return [
      reviewed,
      {
        type: 'MediaRejected',
        data: { mediaId, by: 'reviewer', reason, ...(state.published && { wasPublished: true }) },
      },
    ];
  // Of an item that was rejected by mistake, what was let go of is taken up again.
  const steps = stepsWhere(state, (status) => status === 'cancelled');
  return steps.length === 0
    ? [reviewed]
    : [reviewed, { type: 'ProcessingRetried', data: { mediaId, steps, wasFailed: false } }];
}
