import { describe, expect, test } from 'vitest';
import type { JobsReader } from '../../../src/core/readers/jobs.js';
import type { MediaFlowEvent } from '../../../src/domain/index.js';
import { completed, heldBy, mediaId, planned, started, uploaded } from '../../kit/media-fixtures.js';
import type { ViewsUnderTest } from './views-under-test.js';

const error = { code: 'ffmpeg_failed', message: 'no' };
const retryAt = '2026-11-21T10:00:00.000Z';
const attemptFailed: MediaFlowEvent = {
  type: 'StepAttemptFailed',
  data: { ...heldBy('tag', 'j1', 2), ...error, retryAt },
};
const requested: MediaFlowEvent = {
  type: 'RecommendationRequested',
  data: { requestId: 'r1', userId: 'u1', genre: null, limit: 5 },
};

export function jobsReading(views: () => ViewsUnderTest): void {
  const newest = (filter: Parameters<JobsReader['newest']>[0] = {}, limit = 100) =>
    views().readers.jobs.newest(filter, limit);
  const stepsOf = async (...filter: Parameters<typeof newest>) =>
    (await newest(...filter)).map(({ step }) => step);

  describe('jobs', () => {
    test('work that nobody has begun is shown with what is known of it', async () => {
      await views().tell([uploaded]);
      expect(await newest()).toEqual([
        {
          ...{ subjectId: mediaId, kind: 'probe', step: 'probe', status: 'queued', jobId: null, attempt: 0 },
          ...{ fraction: null, error: null, retryAt: null, startedAt: null },
          ...{ queuedAt: '2026-11-21T09:30:00.001Z', updatedAt: '2026-11-21T09:30:00.001Z' },
        },
      ]);
    });

    test('work between two attempts tells what went wrong and when it goes on', async () => {
      await views().tell([planned('tag'), started('tag', 'j1', 2), attemptFailed]);
      expect(await newest()).toMatchObject([
        {
          ...{ status: 'waiting_to_retry', jobId: 'j1', attempt: 2, fraction: 0, error, retryAt },
          startedAt: '2026-11-21T09:30:00.002Z',
        },
      ]);
    });

    test('what changed last comes first, and no more than is asked for', async () => {
      await views().tell([uploaded, planned('tag'), requested, completed('probe')]);
      expect(await stepsOf()).toEqual(['probe', 'recommend', 'tag']);
      expect(await stepsOf({}, 2)).toEqual(['probe', 'recommend']);
    });

    test('work is found by its status, its kind, and both', async () => {
      await views().tell([uploaded, completed('probe'), planned('tag', 'poster'), completed('poster')]);
      expect(await stepsOf({ status: 'completed' })).toEqual(['poster', 'probe']);
      expect(await stepsOf({ kind: 'tag' })).toEqual(['tag']);
      expect(await stepsOf({ status: 'completed', kind: 'tag' })).toEqual([]);
    });
  });
}
