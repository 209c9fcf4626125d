import { assertNever } from '../core/errors.js';
import type { JobRequest } from '../core/job.js';
import type { JsonObject } from '../core/json.js';
import type { Saga, SagaInput, SagaOutput } from '../core/saga.js';
import type { JobKind, JobPayload } from '../domain/jobs.js';
import type { MediaCommand } from '../domain/media/media-commands.js';
import type { MediaEvent } from '../domain/media/media-events.js';
import type { LadderRung, Probe, Step } from '../domain/media/media-values.js';

type Listened = Extract<
  MediaEvent,
  {
    type:
      | 'MediaUploaded'
      | 'MediaProbed'
      | 'ProcessingPlanned'
      | 'ProcessingRetried'
      | 'StepCompleted'
      | 'StepFailed'
      | 'StepsCancelled'
      | 'MediaDeleted'
      | 'MediaPurged';
  }
>;

/** What jobs have to be told about the item, gathered as events bring it. */
export interface MediaProcessingState {
  readonly blobKey: string;
  readonly probe: Probe | null;
  readonly ladder: readonly LadderRung[];
  readonly previewRungs: readonly string[];
  readonly audio: JobPayload<'transcode'>['audio'];
  /** Absent in states kept by releases that drew the poster with the storyboard. */
  readonly posterIsApart?: boolean;
  /** Steps that have to end before those held back may begin; absent in states kept by releases before it. */
  readonly awaited?: readonly Step[];
  /** Planned steps that wait for these to end. */
  readonly held: readonly Step[];
  /** Steps that the last input let go. */
  readonly released: readonly Step[];
}

/**
 * An item is published with its poster, its first rung and an approval, so what makes these gets the whole machine: all
 * else waits until they have ended, well or badly, and is never begun for what is rejected.
 */
const isUrgent = (step: Step, { previewRungs }: MediaProcessingState): boolean =>
  step === 'poster' || step === 'moderate' || step === (previewRungs.length > 0 ? 'preview' : 'transcode');

/** Before there was a list, the ladder waited for the preview and all else for moderation. */
const awaitedIn = ({ awaited, held }: MediaProcessingState): readonly Step[] =>
  awaited ?? [...new Set(held.map((step): Step => (step === 'transcode' ? 'preview' : 'moderate')))];

/** Steps are to be done: each at once, or after those that are awaited. */
function begin(state: MediaProcessingState, steps: readonly Step[]): MediaProcessingState {
  const urgent = steps.filter((step) => isUrgent(step, state));
  const awaited = [...new Set([...awaitedIn(state), ...urgent])];
  if (awaited.length === 0) return { ...state, awaited, released: steps };
  const others = steps.filter((step) => !urgent.includes(step));
  const held = [...state.held.filter((step) => !steps.includes(step)), ...others];
  return { ...state, awaited, held, released: urgent };
}

function release(state: MediaProcessingState, ended: Step): MediaProcessingState {
  const awaited = awaitedIn(state).filter((step) => step !== ended);
  return awaited.length > 0
    ? { ...state, awaited, released: [] }
    : { ...state, awaited, held: [], released: state.held };
}

function letGo(state: MediaProcessingState, cancelled: readonly Step[]): MediaProcessingState {
  const others = (steps: readonly Step[]) => steps.filter((step) => !cancelled.includes(step));
  return { ...state, awaited: others(awaitedIn(state)), held: others(state.held), released: [] };
}

/** From this length on, work on a video is long: clips do not wait for its end. */
const LONG_FROM_SECONDS = 600;
const MOST_PATIENCE_SECONDS = 600;

type Weight = Required<Pick<JobRequest, 'patienceSeconds' | 'long'>>;

/** Longer videos let shorter ones that come later go first: a clip of 30 s for half a minute, a film of 2 h for 7. */
const weightOf = (durationSeconds: number): Weight => ({
  patienceSeconds: Math.min(MOST_PATIENCE_SECONDS, Math.round(5 * Math.sqrt(durationSeconds))),
  long: durationSeconds >= LONG_FROM_SECONDS,
});

function job<Kind extends JobKind>(
  kind: Kind,
  mediaId: string,
  payload: JobPayload<Kind>,
  weight?: Weight,
): JobRequest {
  return { kind, key: mediaId, payload: payload as JsonObject, ...weight };
}

function stepJob(step: Step, mediaId: string, state: MediaProcessingState): JobRequest[] {
  const { blobKey, probe } = state;
  if (step === 'probe') return [job('probe', mediaId, { mediaId, blobKey })];
  if (!probe?.video) return [];
  const video = { mediaId, blobKey, video: probe.video, durationSeconds: probe.durationSeconds };
  const weight = weightOf(probe.durationSeconds);
  const isPreview = (rung: LadderRung) => state.previewRungs.includes(rung.name);
  switch (step) {
    case 'preview':
      return [
        job(
          'preview',
          mediaId,
          { ...video, rungs: state.ladder.filter(isPreview), audio: state.audio },
          weight,
        ),
      ];
    case 'transcode': {
      const rungs = state.ladder.filter((rung) => !isPreview(rung));
      // The preview brings the sound along; without one it comes with the ladder.
      return [
        job(
          'transcode',
          mediaId,
          { ...video, rungs, audio: state.previewRungs.length > 0 ? null : state.audio },
          weight,
        ),
      ];
    }
    case 'thumbnails':
      return [job(step, mediaId, { ...video, ...(state.posterIsApart && { posterIsApart: true }) }, weight)];
    case 'poster':
    case 'moderate':
    case 'tag':
      return [job(step, mediaId, video, weight)];
    default:
      return assertNever(step);
  }
}

const run = (
  steps: readonly Step[],
  mediaId: string,
  state: MediaProcessingState,
): SagaOutput<MediaCommand>[] =>
  steps.flatMap((step) => stepJob(step, mediaId, state)).map((request) => ({ run: request }));

/** Drives an item from its upload to a playable, judged and tagged one, and its bytes away once it is deleted. */
export const mediaProcessing: Saga<MediaProcessingState, Listened, MediaCommand> = {
  name: 'media-processing',
  correlate: {
    MediaUploaded: (event) => event.data.mediaId,
    MediaProbed: (event) => event.data.mediaId,
    ProcessingPlanned: (event) => event.data.mediaId,
    ProcessingRetried: (event) => event.data.mediaId,
    StepCompleted: (event) => event.data.mediaId,
    StepFailed: (event) => event.data.mediaId,
    StepsCancelled: (event) => event.data.mediaId,
    MediaDeleted: (event) => event.data.mediaId,
    MediaPurged: (event) => event.data.mediaId,
  },
  initialState: {
    blobKey: '',
    probe: null,
    ladder: [],
    previewRungs: [],
    audio: null,
    awaited: [],
    held: [],
    released: [],
  },

  evolve(state: MediaProcessingState, input: SagaInput<Listened>): MediaProcessingState {
    switch (input.type) {
      case 'MediaUploaded':
        return { ...state, blobKey: input.data.blobKey };
      case 'MediaProbed':
        return { ...state, probe: input.data.probe };
      case 'ProcessingPlanned': {
        const { steps, ladder, previewRungs, audio } = input.data;
        const posterIsApart = steps.includes('poster');
        return begin({ ...state, ladder, previewRungs, audio, posterIsApart }, steps);
      }
      case 'ProcessingRetried':
        return begin(state, input.data.steps);
      case 'StepCompleted':
      case 'StepFailed':
        return release(state, input.data.step);
      case 'StepsCancelled':
        return letGo(state, input.data.steps);
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
      case 'MediaUploaded':
        return run(['probe'], mediaId, state);
      case 'ProcessingPlanned':
      case 'ProcessingRetried':
      case 'StepCompleted':
      case 'StepFailed':
        return run(state.released, mediaId, state);
      case 'StepsCancelled':
        return [{ cancelJobs: { kinds: input.data.steps, key: mediaId } }];
      case 'MediaDeleted':
        return [{ run: job('purge', mediaId, { mediaId }) }];
      case 'MediaPurged':
        return [{ complete: true }];
      case 'MediaProbed':
        return [{ ignore: 'the plan follows in the same append' }];
      case 'TimerFired':
        return [{ ignore: 'this process sets no timers' }];
      default:
        return assertNever(input);
    }
  },
};
