import type { MediaEvent } from './media-events.js';
import {
  hasItsPoster,
  isPlayable,
  type MediaState,
  type StepFailure,
  type StepStatus,
} from './media-state.js';
import type { Step } from './media-values.js';

/** Steps that make an item playable; while one of them is still open, nothing has failed. */
const PLAYBACK_STEPS: readonly Step[] = ['preview', 'transcode'];

/** What follows at once from the state an append leads to: the item is published, has failed, or is let go of. */
export function settle(state: MediaState, mediaId: string): MediaEvent[] {
  if (state.deleted) return [];
  if (state.rejectedBy) return cancelOpenSteps(state, mediaId);
  if (!state.published && state.moderation === 'approved' && isPlayable(state) && hasItsPoster(state))
    return [{ type: 'MediaPublished', data: { mediaId } }];
  const unmoderated = state.moderation === 'pending' && state.steps.moderate?.failure;
  if (unmoderated && hasItsPoster(state)) return [askPerson(mediaId, unmoderated)];
  // A reviewer's queue outranks a failure: the item fails, if it still has to, once it has been reviewed.
  if (state.published || state.failed || state.moderation === 'in_review') return [];

  const fatal = fatalStep(state);
  const failure = fatal && state.steps[fatal]?.failure;
  return fatal && failure ? [{ type: 'ProcessingFailed', data: { mediaId, step: fatal, ...failure } }] : [];
}

/** Of what not even a poster could be drawn, a person would see no more than the model did. */
const askPerson = (mediaId: string, { code, message }: StepFailure): MediaEvent => ({
  type: 'ModerationDecided',
  data: {
    mediaId,
    outcome: 'in_review',
    rule: 'moderation_failed',
    explanation: `No model could look at this item, so a person has to (${code}: ${message})`,
  },
});

function fatalStep(state: MediaState): Step | undefined {
  for (const step of ['probe', 'poster'] as const) if (state.steps[step]?.status === 'failed') return step;
  if (isPlayable(state)) return undefined;
  if (stepsWhere(state, isOpen).some((step) => PLAYBACK_STEPS.includes(step))) return undefined;
  return PLAYBACK_STEPS.findLast((step) => state.steps[step]?.status === 'failed');
}

/** Lets go of what is still to be done, or being done. */
export function cancelOpenSteps(state: MediaState, mediaId: string): MediaEvent[] {
  const steps = stepsWhere(state, isOpen);
  return steps.length > 0 ? [{ type: 'StepsCancelled', data: { mediaId, steps } }] : [];
}

const isOpen = (status: StepStatus): boolean => status === 'queued' || status === 'running';

/** Names of the steps in a given status, in the order they were planned. */
export const stepsWhere = (state: MediaState, matches: (status: StepStatus) => boolean): Step[] =>
  Object.entries(state.steps).flatMap(([step, { status }]) => (matches(status) ? [step as Step] : []));
