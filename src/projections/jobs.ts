import type { EventMetadata } from '../core/event.js';
import type { Projection, Row, RowOperation } from '../core/projection.js';
import type { MediaEvent } from '../domain/media/media-events.js';
import { type StepName, stepKindOf, stepKinds } from '../domain/media/steps/step-name.js';
import type { ModelEvent } from '../domain/model/model-events.js';
import type { RecommendationEvent } from '../domain/recommendation/recommendation.js';

/** What is no step of an item. */
const others = ['purge', 'recommend', 'train'] as const;
type Told = StepName | (typeof others)[number];

const isOther = (told: Told): told is (typeof others)[number] => (others as readonly string[]).includes(told);

/** Work that is told of under a step of its item, or under its kind where there is one of it. */
const keyOf = (subjectId: string, step: Told): Row => ({
  subject_id: subjectId,
  kind: isOther(step) ? step : stepKindOf(step),
  step,
});

const queued = (subjectId: string, step: Told, { occurredAt }: EventMetadata): RowOperation => ({
  put: 'jobs',
  key: keyOf(subjectId, step),
  row: { status: 'queued', queued_at: occurredAt, updated_at: occurredAt },
});

const change = (subjectId: string, step: Told, { occurredAt }: EventMetadata, row: Row): RowOperation => ({
  patch: 'jobs',
  key: keyOf(subjectId, step),
  row: { ...row, updated_at: occurredAt },
});

const waitsToRetry = (failed: {
  readonly attempt: number;
  readonly code: string;
  readonly message: string;
  readonly retryAt: string | null;
}) => ({
  status: 'waiting_to_retry',
  attempt: failed.attempt,
  error: { code: failed.code, message: failed.message },
  retry_at: failed.retryAt,
});

/** Every piece of work with its state, its attempt, how far it is and what went wrong. */
export const jobs: Projection<MediaEvent | RecommendationEvent | ModelEvent> = {
  name: 'jobs',
  version: 5,
  tables: { jobs: ['subject_id', 'kind', 'step'] },
  on: {
    PullRequested: ({ data, metadata }) => [queued(data.mediaId, 'pull', metadata)],
    MediaUploaded: ({ data, metadata }) => [queued(data.mediaId, 'probe', metadata)],
    ProcessingPlanned: ({ data, metadata }) =>
      data.steps.map(({ step }) => queued(data.mediaId, step, metadata)),
    ProcessingExtended: ({ data, metadata }) =>
      data.steps.map(({ step }) => queued(data.mediaId, step, metadata)),
    ProcessingRetried: ({ data, metadata }) => data.steps.map((step) => queued(data.mediaId, step, metadata)),
    StepStarted: ({ data, metadata }) => [
      change(data.mediaId, data.step, metadata, {
        status: 'running',
        job_id: data.jobId,
        attempt: data.attempt,
        fraction: 0,
        retry_at: null,
        started_at: metadata.occurredAt,
      }),
    ],
    StepProgressed: ({ data, metadata }) => [
      change(data.mediaId, data.step, metadata, { fraction: data.fraction }),
    ],
    StepCompleted: ({ data, metadata }) => [
      change(data.mediaId, data.step, metadata, { status: 'completed', fraction: 1, error: null }),
    ],
    StepAttemptFailed: ({ data, metadata }) => [
      change(data.mediaId, data.step, metadata, {
        status: 'waiting_to_retry',
        error: { code: data.code, message: data.message },
        retry_at: data.retryAt,
      }),
    ],
    StepFailed: ({ data, metadata }) => [
      change(data.mediaId, data.step, metadata, {
        status: 'failed',
        error: { code: data.code, message: data.message },
        retry_at: null,
      }),
    ],
    StepsCancelled: ({ data, metadata }) =>
      data.steps.map((step) => change(data.mediaId, step, metadata, { status: 'cancelled', retry_at: null })),
    // What was done to the item stays in sight until nothing of it is left.
    MediaDeleted: ({ data, metadata }) => [queued(data.mediaId, 'purge', metadata)],
    MediaPurged: ({ data, metadata }) => [
      ...stepKinds.map((kind) => ({ remove: 'jobs', key: { subject_id: data.mediaId, kind } })),
      change(data.mediaId, 'purge', metadata, { status: 'completed', fraction: 1, error: null }),
    ],
    MediaPurgeFailed: ({ data, metadata }) => [
      change(data.mediaId, 'purge', metadata, {
        status: 'failed',
        error: { code: data.code, message: data.message },
      }),
    ],
    RecommendationRequested: ({ data, metadata }) => [queued(data.requestId, 'recommend', metadata)],
    RecommendationGenerated: ({ data, metadata }) => [
      change(data.requestId, 'recommend', metadata, {
        status: 'completed',
        fraction: 1,
        error: null,
        retry_at: null,
      }),
    ],
    RecommendationAttemptFailed: ({ data, metadata }) => [
      change(data.requestId, 'recommend', metadata, waitsToRetry(data)),
    ],
    ModelTrainingRequested: ({ data, metadata }) => [queued(data.modelId, 'train', metadata)],
    // How much of history there is nobody has counted: that it goes on is to be seen.
    ModelHistoryRead: ({ data, metadata }) => [
      change(data.modelId, 'train', metadata, { status: 'running', retry_at: null }),
    ],
    ModelTrained: ({ data, metadata }) => [
      change(data.modelId, 'train', metadata, {
        ...{ status: 'completed', fraction: 1, error: null, retry_at: null },
      }),
    ],
    ModelTrainingAttemptFailed: ({ data, metadata }) => [
      change(data.modelId, 'train', metadata, waitsToRetry(data)),
    ],
    ModelTrainingFailed: ({ data, metadata }) => [
      change(data.modelId, 'train', metadata, {
        status: 'failed',
        error: { code: data.code, message: data.message },
        retry_at: null,
      }),
    ],
    RecommendationFailed: ({ data, metadata }) => [
      change(data.requestId, 'recommend', metadata, {
        status: 'failed',
        error: { code: data.code, message: data.message },
        retry_at: null,
      }),
    ],
  },
};
