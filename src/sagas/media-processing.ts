import { assertNever } from '../core/errors.js';
import type { Saga, SagaInput, SagaOutput } from '../core/saga.js';
import type { MediaCommand } from '../domain/media/media-commands.js';
import type { MediaEvent } from '../domain/media/media-events.js';
import type { StepName } from '../domain/media/steps/step-name.js';
import { stepCancellations, stepRequest } from '../domain/media/steps/step-request.js';
import { type MediaProcessingState, stateOf } from './media-processing-state.js';
import { beginSteps, endStep, letGoOfSteps, noProgress, plannedIn } from './plan-progress.js';

type Listened = Extract<
  MediaEvent,
  {
    type:
      | 'PullRequested'
      | 'MediaUploaded'
      | 'MediaProbed'
      | 'ProcessingPlanned'
      | 'ProcessingExtended'
      | 'ChunkEncoded'
      | 'RenditionCompleted'
      | 'ProcessingRetried'
      | 'StepCompleted'
      | 'StepFailed'
      | 'StepsCancelled'
      | 'MediaDeleted'
      | 'MediaPurged';
  }
>;

const run = (state: MediaProcessingState, mediaId: string): SagaOutput<MediaCommand>[] =>
  state.progress.released.map((step) => ({
    run: stepRequest(step, plannedIn(state.progress, step).input, { ...state, mediaId }),
  }));

const withSteps = (state: MediaProcessingState, steps: readonly StepName[]): MediaProcessingState => ({
  ...state,
  progress: beginSteps(state.progress, steps),
});

/** Drives an item from its upload through the steps of its plan, and its bytes away once it is deleted. */
export const mediaProcessing: Saga<MediaProcessingState, Listened, MediaCommand> = {
  name: 'media-processing',
  correlate: {
    PullRequested: (event) => event.data.mediaId,
    MediaUploaded: (event) => event.data.mediaId,
    MediaProbed: (event) => event.data.mediaId,
    ProcessingPlanned: (event) => event.data.mediaId,
    ProcessingExtended: (event) => event.data.mediaId,
    ChunkEncoded: (event) => event.data.mediaId,
    RenditionCompleted: (event) => event.data.mediaId,
    ProcessingRetried: (event) => event.data.mediaId,
    StepCompleted: (event) => event.data.mediaId,
    StepFailed: (event) => event.data.mediaId,
    StepsCancelled: (event) => event.data.mediaId,
    MediaDeleted: (event) => event.data.mediaId,
    MediaPurged: (event) => event.data.mediaId,
  },
  initialState: { blobKey: '', probe: null, ladder: [], audio: null, progress: noProgress },

  evolve(stored: MediaProcessingState, input: SagaInput<Listened>): MediaProcessingState {
    const state = stateOf(stored);
    switch (input.type) {
      case 'PullRequested':
        return withSteps(state, ['pull']);
      case 'MediaUploaded':
        return withSteps({ ...state, blobKey: input.data.blobKey }, ['probe']);
      case 'MediaProbed':
        return { ...state, probe: input.data.probe };
      case 'ProcessingPlanned': {
        const { steps, ladder, audio } = input.data;
        return withSteps(
          { ...state, ladder, audio, progress: { ...state.progress, steps } },
          steps.map(({ step }) => step),
        );
      }
      case 'ProcessingExtended': {
        const { probe, steps } = input.data;
        const names = steps.map(({ step }) => step);
        const before = state.progress.steps.filter(({ step }) => !names.includes(step));
        return withSteps(
          { ...state, probe, progress: { ...state.progress, steps: [...before, ...steps] } },
          names,
        );
      }
      case 'ChunkEncoded': {
        const { chunk } = input.data;
        const others = (state.chunks ?? []).filter(({ step }) => step !== chunk.step);
        return { ...state, chunks: [...others, chunk] };
      }
      case 'RenditionCompleted': {
        const { kind, name, blobPrefix, averageBitrateBps } = input.data.rendition;
        if (kind !== 'video') return state;
        const others = (state.renditions ?? []).filter((each) => each.name !== name);
        return { ...state, renditions: [...others, { name, blobPrefix, averageBitrateBps }] };
      }
      case 'ProcessingRetried':
        return withSteps(state, input.data.steps);
      case 'StepCompleted':
      case 'StepFailed':
        return { ...state, progress: endStep(state.progress, input.data.step) };
      case 'StepsCancelled':
        return { ...state, progress: letGoOfSteps(state.progress, input.data.steps) };
      case 'MediaDeleted':
      case 'MediaPurged':
      case 'TimerFired':
        return state;
      default:
        return assertNever(input);
    }
  },

  react(
    state: MediaProcessingState,
    input: SagaInput<Listened>,
    mediaId: string,
  ): SagaOutput<MediaCommand>[] {
    switch (input.type) {
      case 'PullRequested':
      case 'MediaUploaded':
      case 'ProcessingPlanned':
      case 'ProcessingExtended':
      case 'ProcessingRetried':
      case 'StepCompleted':
      case 'StepFailed':
        return run(state, mediaId);
      case 'StepsCancelled':
        return stepCancellations(mediaId, input.data.steps).map((cancelJobs) => ({ cancelJobs }));
      case 'MediaDeleted':
        return [{ run: { kind: 'purge', key: mediaId, payload: { mediaId } } }];
      case 'MediaPurged':
        return [{ complete: true }];
      case 'MediaProbed':
        return [{ ignore: 'the plan follows in the same append' }];
      case 'ChunkEncoded':
      case 'RenditionCompleted':
        return [{ ignore: 'its step ends in the same append' }];
      case 'TimerFired':
        return [{ ignore: 'this process sets no timers' }];
      default:
        return assertNever(input);
    }
  },
};
