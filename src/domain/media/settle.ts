import type { MediaEvent } from './media-events.js';
import {
  hasWhatItIsPublishedWith,
  isPlayable,
  type MediaState,
  type StepFailure,
  type StepStatus,
  stepsOf,
} from './media-state.js';
import { type StepName, stepRowOf } from './steps/step-name.js';
import type { WhenFailed } from './steps/step-row.js';

/** What follows at once from the state an append leads to: the item is published, has failed, or is let go of. */
export function settle(state: MediaState, mediaId: string): MediaEvent[] {
  if (state.deleted) return [];
  if (state.rejectedBy) return cancelOpenSteps(state, mediaId);
  if (
    !state.published &&
    state.moderation === 'approved' &&
    isPlayable(state) &&
    hasWhatItIsPublishedWith(state)
  )
    return [
      { type: 'MediaPublished', data: { mediaId, ...(state.wasPublished && { again: true as const }) } },
    ];
  const unmoderated = failureOf(state, 'person_judges');
  if (unmoderated && state.moderation === 'pending' && hasWhatItIsPublishedWith(state))
    return [askPerson(mediaId, unmoderated)];
  // A reviewer's queue outranks a failure: the item fails, if it still has to, once it has been reviewed.
  if (state.published || state.failed || state.moderation === 'in_review') return [];

  const failure = failureOf(state, 'item_fails') ?? playbackFailure(state);
  return failure ? [{ type: 'ProcessingFailed', data: { mediaId, ...failure } }] : [];
}

interface FailedStep extends StepFailure {
  readonly step: StepName;
}

/** Of the steps that have failed and mean that for their item, the one planned last: it had the others to fall back on. */
function failureOf(state: MediaState, whenFailed: WhenFailed): FailedStep | undefined {
  const failed = stepsOf(state).findLast(
    ([name, { status }]) => status === 'failed' && stepRowOf(name).whenFailed === whenFailed,
  );
  if (!failed?.[1].failure) return undefined;
  const [
    step,
    {
      failure: { code, message },
    },
  ] = failed;
  return { step, code, message };
}

/** While a step is open that may still make it playable, nothing has failed. */
function playbackFailure(state: MediaState): FailedStep | undefined {
  const makesPlayable = (name: StepName) => stepRowOf(name).whenFailed === 'item_fails_unless_playable';
  if (isPlayable(state) || stepsWhere(state, isOpen).some(makesPlayable)) return undefined;
  return failureOf(state, 'item_fails_unless_playable');
}

/** Of what not even a poster could be drawn, a person would see no more than the model did. */
const askPerson = (mediaId: string, { code, message }: StepFailure): MediaEvent => ({
  type: 'ModerationDecided',
  data: {
    mediaId,
    outcome: 'in_review',
    rule: 'moderation_failed',
    explanation: `No model could look at this item, so a person has to (${code}: ${message})`,
    ...{ causes: [], policy: null },
  },
});

/** Lets go of what is still to be done, or being done. */
export function cancelOpenSteps(state: MediaState, mediaId: string): MediaEvent[] {
  const steps = stepsWhere(state, isOpen);
  return steps.length > 0 ? [{ type: 'StepsCancelled', data: { mediaId, steps } }] : [];
}

/** To be done, or being done. */
export const isOpen = (status: StepStatus): boolean => status === 'queued' || status === 'running';

/** Names of the steps in a given status, in the order they were planned. */
export const stepsWhere = (state: MediaState, matches: (status: StepStatus) => boolean): StepName[] =>
  stepsOf(state).flatMap(([step, { status }]) => (matches(status) ? [step] : []));
