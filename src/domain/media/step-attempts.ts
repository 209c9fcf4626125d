import { conflict } from '../../core/errors.js';
import { GIVEN_UP, SUPERSEDED } from '../../core/worker.js';
import type { AttemptOf, MediaCommand } from './media-commands.js';
import type { MediaEvent } from './media-events.js';
import type { MediaState, StepState } from './media-state.js';
import { suggestionsFailed } from './metadata/decide-metadata.js';
import { stepKindOf } from './steps/step-name.js';

const superseded = ({ mediaId, step }: AttemptOf, why: string) =>
  conflict(SUPERSEDED, `Step ${step} of media ${mediaId} is not to be done: ${why}.`, { mediaId, step });

/** Unlike a start, it takes the step from nobody: an attempt of a job long given up may wake and ask. */
export function confirmAttempt(held: AttemptOf, state: MediaState): MediaEvent[] {
  if (state.deleted) throw superseded(held, 'the item is deleted');
  if (!holdsStep(held, state)) throw superseded(held, 'another attempt has it, or nobody');
  return [];
}

/** Throws `step_superseded` where the step is not its to do, and `step_failed` where it failed for good under this job. */
export function startAttempt(held: AttemptOf, state: MediaState): MediaEvent[] {
  const { step, attempt, jobId } = held;
  const current = state.steps[step];
  if (state.deleted) throw superseded(held, 'the item is deleted');
  if (state.rejectedBy) throw superseded(held, 'the item is rejected');
  if (!current) throw superseded(held, 'it was never planned');
  if (current.status === 'completed') throw superseded(held, 'it is completed');
  if (hasGivenUp(held, state)) throw givenUp(held, current);
  if (current.jobId === jobId && attempt < current.attempt)
    throw superseded(held, 'a later attempt has begun');
  // A replay of its job alone does not bring a failed upload back: a retry of the item does.
  if (stepKindOf(step) === 'pull' && state.upload === 'failed') throw givenUp(held, current);
  if (holdsStep(held, state)) return [];
  return [{ type: 'StepStarted', data: held }];
}

/** Whether the step failed for good under this job. Who tries it once more brings another. */
const hasGivenUp = ({ step, jobId }: AttemptOf, state: MediaState): boolean =>
  state.steps[step]?.failure?.jobId === jobId;

function givenUp({ mediaId, step }: AttemptOf, { failure }: StepState) {
  const failed = failure && { code: failure.code, message: failure.message };
  return conflict(GIVEN_UP, `Step ${step} of media ${mediaId} has failed for good.`, { failure: failed });
}

/** Whether what this attempt says of its step is listened to. */
export const holdsStep = (held: AttemptOf, state: MediaState): boolean => {
  const current = state.steps[held.step];
  return current?.status === 'running' && current.jobId === held.jobId && current.attempt === held.attempt;
};

/**
 * An attempt may fail before it could tell that it began (its worker was lost, the disk was full). It is heard all
 * the same, or the step would be waited for for ever; but not against another job that is at work.
 */
export function isNextAttempt(held: AttemptOf, state: MediaState): boolean {
  const current = state.steps[held.step];
  if (!current || current.status === 'completed' || current.status === 'cancelled') return false;
  if (hasGivenUp(held, state)) return false;
  return current.jobId === held.jobId ? held.attempt > current.attempt : current.status !== 'running';
}

type Failure = Omit<Extract<MediaCommand, { type: 'FailStep' }>['data'], keyof AttemptOf>;

/** For good, or until it is tried again. */
export function failAttempt(held: AttemptOf, data: Failure, state: MediaState): MediaEvent[] {
  const { code, message } = data;
  if (!data.final)
    return [{ type: 'StepAttemptFailed', data: { ...held, code, message, retryAt: data.retryAt } }];
  const { mediaId, jobId } = held;
  const kind = stepKindOf(held.step);
  return [
    { type: 'StepFailed', data: { ...held, code, message } },
    // The bytes of what is pulled never came whole, as those of any upload that fails.
    ...(kind === 'pull' && state.upload === 'expected'
      ? [{ type: 'UploadFailed' as const, data: { mediaId, code, message } }]
      : []),
    ...(kind === 'suggest' ? suggestionsFailed(mediaId, { jobId, code, message }, state) : []),
  ];
}
