import { describe, expect, test } from 'vitest';
import type { MediaFlowEvent } from '../../src/domain/index.js';
import { jobs } from '../../src/projections/jobs.js';
import { completed, failed, heldBy, mediaId, planned, started, uploaded } from '../kit/media-fixtures.js';
import { requestedModel, trainedModel } from '../kit/model-events.js';
import { rowsAfter } from '../kit/project-rows.js';

const jobsAfter = (...events: MediaFlowEvent[]) => rowsAfter(jobs, events).jobs;
const request = { requestId: 'r1', userId: 'u1' };
const requested: MediaFlowEvent = {
  type: 'RecommendationRequested',
  data: { ...request, genre: null, limit: 10 },
};
const error = { code: 'ffmpeg_failed', message: 'no' };
const readSoFar: MediaFlowEvent = {
  type: 'ModelHistoryRead',
  data: { modelId: 'a', events: 7, position: '0007' },
};
const retryAt = '2026-11-21T10:00:00.000Z';

describe('jobs', () => {
  test.each<[string, MediaFlowEvent[], object]>([
    ['an upload queues a probe', [uploaded], { subject_id: mediaId, kind: 'probe', status: 'queued' }],
    [
      'a model that is asked for is queued',
      [requestedModel('a')],
      { subject_id: 'a', kind: 'train', status: 'queued' },
    ],
    [
      'a model for which history is read is under way',
      [requestedModel('a'), readSoFar],
      { status: 'running' },
    ],
    [
      'a model that is trained is done',
      [requestedModel('a'), readSoFar, trainedModel('a')],
      { kind: 'train', status: 'completed', fraction: 1 },
    ],
    [
      'a training that failed says why',
      [requestedModel('a'), { type: 'ModelTrainingFailed', data: { modelId: 'a', ...error } }],
      { kind: 'train', status: 'failed', error },
    ],
    [
      'a step that began names its job and attempt',
      [planned('tag'), started('tag', 'j1', 2)],
      {
        ...{ status: 'running', job_id: 'j1', attempt: 2, fraction: 0, retry_at: null },
        started_at: '2026-11-21T09:30:00.002Z',
      },
    ],
    [
      'a step tells how far it is',
      [planned('tag'), started('tag'), { type: 'StepProgressed', data: { ...heldBy('tag'), fraction: 0.5 } }],
      { status: 'running', fraction: 0.5 },
    ],
    [
      'a step that is done is done wholly',
      [planned('tag'), started('tag'), completed('tag')],
      { status: 'completed', fraction: 1, error: null },
    ],
    [
      'a failed attempt says why and when it goes on',
      [
        planned('tag'),
        started('tag'),
        { type: 'StepAttemptFailed', data: { ...heldBy('tag'), ...error, retryAt } },
      ],
      { status: 'waiting_to_retry', error, retry_at: retryAt },
    ],
    [
      'a step that failed for good says why',
      [planned('tag'), started('tag'), failed('tag')],
      { status: 'failed', error, retry_at: null },
    ],
    [
      'a retried step is queued as if it were new',
      [
        planned('tag'),
        started('tag'),
        failed('tag'),
        { type: 'ProcessingRetried', data: { mediaId, steps: ['tag'], wasFailed: false } },
      ],
      { status: 'queued', queued_at: '2026-11-21T09:30:00.004Z' },
    ],
    [
      'a step that is let go of is cancelled',
      [planned('tag'), { type: 'StepsCancelled', data: { mediaId, steps: ['tag'] } }],
      { status: 'cancelled' },
    ],
    [
      'a purge is done when the bytes are gone, and nothing else is left of the item',
      [
        uploaded,
        planned('tag'),
        { type: 'StepsCancelled', data: { mediaId, steps: ['tag'] } },
        { type: 'MediaDeleted', data: { mediaId } },
        { type: 'MediaPurged', data: { mediaId } },
      ],
      { kind: 'purge', status: 'completed' },
    ],
    [
      'a purge that was given up says why',
      [
        { type: 'MediaDeleted', data: { mediaId } },
        { type: 'MediaPurgeFailed', data: { mediaId, ...error } },
      ],
      { kind: 'purge', status: 'failed', error },
    ],
    [
      'a purge that succeeds after all is done',
      [
        { type: 'MediaDeleted', data: { mediaId } },
        { type: 'MediaPurgeFailed', data: { mediaId, ...error } },
        { type: 'MediaPurged', data: { mediaId } },
      ],
      { kind: 'purge', status: 'completed', error: null },
    ],
    ['a request queues its job', [requested], { subject_id: 'r1', kind: 'recommend', status: 'queued' }],
    [
      'an answered request is done',
      [
        requested,
        {
          type: 'RecommendationGenerated',
          data: { ...request, ranking: { name: 'n', version: '1' }, items: [] },
        },
      ],
      { status: 'completed' },
    ],
    [
      'a request that is answered after it had failed is done',
      [
        requested,
        { type: 'RecommendationFailed', data: { ...request, ...error } },
        {
          type: 'RecommendationGenerated',
          data: { ...request, ranking: { name: 'n', version: '1' }, items: [] },
        },
      ],
      { status: 'completed', error: null },
    ],
    [
      'a request that failed says why',
      [requested, { type: 'RecommendationFailed', data: { ...request, ...error } }],
      { status: 'failed', error },
    ],
  ])('%s', (_, events, expected) => {
    expect(jobsAfter(...events)).toEqual([expect.objectContaining(expected)]);
  });

  test('a deletion keeps in sight what was done to the item while its bytes are still there', () => {
    const deleted = jobsAfter(
      ...[uploaded, completed('probe'), planned('tag'), started('tag')],
      { type: 'StepsCancelled', data: { mediaId, steps: ['tag'] } },
      { type: 'MediaDeleted', data: { mediaId } },
    );
    expect(deleted?.map(({ kind, status }) => [kind, status])).toEqual([
      ['probe', 'completed'],
      ['tag', 'cancelled'],
      ['purge', 'queued'],
    ]);
  });

  test('a plan queues every step of it', () => {
    expect(jobsAfter(planned('transcode', 'tag'))?.map(({ kind, status }) => [kind, status])).toEqual([
      ['transcode', 'queued'],
      ['tag', 'queued'],
    ]);
  });
});
