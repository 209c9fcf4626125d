import { assertNever } from '../../core/errors.js';
import type { MediaKind } from '../../core/media-kind.js';
import { kindTable } from './kinds/kind-table.js';
import type { MediaEvent } from './media-events.js';
import type { Rendition } from './media-values.js';
import { evolveMetadata, initialMetadataState, type MetadataState } from './metadata/metadata-state.js';
import { evolveReview, initialReviewState, type ReviewState } from './review/review-state.js';
import { type StepName, stepRowOf } from './steps/step-name.js';
import { type FileTexts, fileTextsOf, noFileTexts } from './words/file-texts.js';

export type StepStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface StepFailure {
  readonly code: string;
  readonly message: string;
}

export interface StepState {
  readonly status: StepStatus;
  readonly jobId: string | null;
  readonly attempt: number;
  /** Why it last failed for good, and under which job; kept when it is tried again, so that that job is known. */
  readonly failure: (StepFailure & { readonly jobId: string }) | null;
}

/** What the rules need to remember of an item. Its public status follows from events: see the view `media-library`. */
export interface MediaState {
  readonly upload: 'none' | 'expected' | 'complete' | 'failed';
  readonly details: {
    readonly title: string;
    readonly description: string;
    readonly tags: readonly string[];
    /** Nobody has given a title: it is the name of the file, whatever that turns out to be. */
    readonly titleIsFilename: boolean;
    /** Nobody has ever written them: what was emptied again is a person's own word as well. */
    readonly isUntouched: { readonly description: boolean; readonly tags: boolean };
  };
  readonly fileTexts: FileTexts;
  /** Null until the file has been looked at. */
  readonly kind: MediaKind | null;
  readonly steps: Readonly<Partial<Record<StepName, StepState>>>;
  readonly hasSound: boolean;
  /** Of the track of sound that plays unasked, in the file; null where there is none, and where nothing is planned. */
  readonly mainSoundIndex: number | null;
  readonly renditions: Readonly<Record<string, Rendition>>;
  readonly moderation: 'pending' | 'approved' | 'rejected' | 'in_review';
  readonly published: boolean;
  /** It is, or was before it was taken down. */
  readonly wasPublished: boolean;
  readonly review: ReviewState;
  readonly metadata: MetadataState;
  readonly rejectedBy: 'policy' | 'reviewer' | null;
  readonly failed: boolean;
  readonly deleted: boolean;
  readonly purged: boolean;
}

export const initialMediaState: MediaState = {
  upload: 'none',
  details: {
    ...{ title: '', description: '', tags: [], titleIsFilename: false },
    isUntouched: { description: false, tags: false },
  },
  fileTexts: noFileTexts,
  kind: null,
  steps: {},
  hasSound: false,
  mainSoundIndex: null,
  renditions: {},
  moderation: 'pending',
  published: false,
  wasPublished: false,
  review: initialReviewState,
  metadata: initialMetadataState,
  rejectedBy: null,
  failed: false,
  deleted: false,
  purged: false,
};

const queued: StepState = { status: 'queued', jobId: null, attempt: 0, failure: null };

const withSteps = (state: MediaState, steps: readonly StepName[]): MediaState => ({
  ...state,
  steps: {
    ...state.steps,
    ...Object.fromEntries(
      steps.map((step) => [step, { ...queued, failure: state.steps[step]?.failure ?? null }]),
    ),
  },
});

const withStep = (state: MediaState, step: StepName, change: Partial<StepState>): MediaState => ({
  ...state,
  steps: { ...state.steps, [step]: { ...(state.steps[step] ?? queued), ...change } },
});

export function evolveMedia(state: MediaState, event: MediaEvent): MediaState {
  switch (event.type) {
    case 'MediaRegistered': {
      const { title, description, tags, filename } = event.data;
      const isUntouched = { description: description === '', tags: tags.length === 0 };
      const details = { title, description, tags, titleIsFilename: title === filename, isUntouched };
      return { ...state, upload: 'expected', details };
    }
    case 'PullRequested':
      return withSteps(state, ['pull']);
    case 'PullAnswered':
      return state;
    case 'MediaUploaded':
      return withSteps({ ...state, upload: 'complete' }, ['probe']);
    case 'UploadFailed':
      return { ...state, upload: 'failed' };
    case 'ProcessingPlanned':
      return withSteps(
        {
          ...state,
          hasSound: event.data.audio !== null,
          mainSoundIndex: event.data.audio?.streamIndex ?? null,
        },
        event.data.steps.map(({ step }) => step),
      );
    case 'ProcessingExtended':
      return withSteps(
        state,
        event.data.steps.map(({ step }) => step),
      );
    case 'StepStarted': {
      const { step, jobId, attempt } = event.data;
      const failure = state.steps[step]?.failure ?? null;
      // Histories of earlier releases have jobs that were taken up again after they had failed for good.
      const isBack = failure?.jobId === jobId;
      return withStep(state, step, { status: 'running', jobId, attempt, failure: isBack ? null : failure });
    }
    case 'StepCompleted':
      return withStep(state, event.data.step, { status: 'completed' });
    case 'StepAttemptFailed':
      return withStep(state, event.data.step, { status: 'queued' });
    case 'StepFailed': {
      const { step, jobId, code, message } = event.data;
      return withStep(state, step, { status: 'failed', failure: { jobId, code, message } });
    }
    case 'StepsCancelled':
      return event.data.steps.reduce(
        (current, step) => withStep(current, step, { status: 'cancelled' }),
        state,
      );
    case 'RenditionCompleted': {
      const { rendition } = event.data;
      return { ...state, renditions: { ...state.renditions, [rendition.name]: rendition } };
    }
    case 'MediaProbed':
      return { ...state, kind: event.data.kind, fileTexts: fileTextsOf(event.data.probe), failed: false };
    case 'ModerationDecided':
      // Whether the item has failed is settled anew: it may be a reviewer's by now.
      return {
        ...state,
        moderation: event.data.outcome,
        review: evolveReview(state.review, event),
        failed: false,
      };
    case 'MediaReviewed': {
      const review = evolveReview(state.review, event);
      return event.data.decision === 'approve'
        ? { ...state, review, moderation: 'approved', rejectedBy: null }
        : { ...state, review, moderation: 'rejected' };
    }
    case 'ReviewProposed':
    case 'MediaAppealed':
    case 'ReviewClaimed':
    case 'ReviewReleased':
      return { ...state, review: evolveReview(state.review, event) };
    case 'MediaPublished':
      return { ...state, published: true, wasPublished: true, failed: false };
    case 'MediaRejected':
      // Should it be approved again, whether it has failed is settled anew.
      return { ...state, published: false, failed: false, rejectedBy: event.data.by };
    case 'ProcessingFailed':
      return { ...state, failed: true };
    case 'ProcessingRetried':
      return withSteps(
        // What is pulled once more is expected once more.
        {
          ...state,
          failed: false,
          ...(event.data.steps.includes('pull') && { upload: 'expected' as const }),
        },
        event.data.steps,
      );
    case 'MediaDetailsChanged': {
      const { title, description, tags } = event.data;
      const old = state.details;
      return {
        ...state,
        details: {
          title: title ?? old.title,
          description: description ?? old.description,
          tags: tags ?? old.tags,
          titleIsFilename: old.titleIsFilename && title === undefined,
          isUntouched: {
            description: old.isUntouched.description && description === undefined,
            tags: old.isUntouched.tags && tags === undefined,
          },
        },
      };
    }
    case 'MetadataRequested':
    case 'MetadataSuggested':
    case 'MetadataFailed':
    case 'MetadataAccepted':
      return { ...state, metadata: evolveMetadata(state.metadata, event) };
    case 'MediaDeleted':
      return { ...state, deleted: true };
    case 'MediaPurged':
      return { ...state, purged: true };
    case 'MediaPurgeFailed':
    case 'StepProgressed':
    case 'ChunkEncoded':
    case 'PosterGenerated':
    case 'ThumbnailsGenerated':
    case 'PreviewGifGenerated':
    case 'DerivativeGenerated':
    case 'ModerationScored':
    case 'SoundMeasured':
    case 'QualityMeasured':
    case 'TracksLeftOut':
    case 'TextFound':
    case 'LooksTaken':
    case 'PicturesEmbedded':
    case 'TagsGenerated':
      return state;
    default:
      return assertNever(event);
  }
}

export const stepsOf = (state: MediaState) => Object.entries(state.steps) as [StepName, StepState][];

/** Everything is there that the plan wants an item to be published with, beside something to play. */
export const hasWhatItIsPublishedWith = (state: MediaState): boolean =>
  stepsOf(state).every(([name, { status }]) => status === 'completed' || !stepRowOf(name).isPublishedWith);

/** Something of it can be shown or played, as its kind has it. */
export const isPlayable = (state: MediaState): boolean =>
  state.kind !== null && kindTable[state.kind].isPlayable(state);
