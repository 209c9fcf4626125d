import { describe, expect, test } from 'vitest';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { moderationQueue } from '../../src/projections/moderation-queue.js';
import { framesFor, mediaId, model, moderated, registered } from '../kit/media-fixtures.js';
import { rowsAfter } from '../kit/project-rows.js';

const frames = framesFor('in_review');
const scored: MediaEvent = { type: 'ModerationScored', data: { mediaId, model, frames } };
const queueAfter = (...events: MediaEvent[]) => rowsAfter(moderationQueue, events).moderation_queue;

describe('moderation queue', () => {
  test('an item in review waits with its scores, its rule and since when', () => {
    expect(queueAfter(registered, scored, moderated('in_review'))).toEqual([
      {
        media_id: mediaId,
        title: 'Clip',
        waiting: true,
        model,
        frames: frames.map(({ atSeconds, blobKey, scores }) => ({ atSeconds, blobKey, scores })),
        rule: 'r',
        explanation: 'e',
        since: '2026-11-21T09:30:00.003Z',
      },
    ]);
  });

  test('an item nobody has judged yet does not wait', () => {
    expect(queueAfter(registered, scored)?.[0]).not.toHaveProperty('waiting');
  });

  test('an item no model could look at waits without scores', () => {
    expect(queueAfter(registered, moderated('in_review'))).toEqual([
      expect.objectContaining({ waiting: true, title: 'Clip' }),
    ]);
  });

  test('an item that the policy rejected is kept for a reviewer, and does not wait', () => {
    expect(queueAfter(registered, moderated('in_review'), scored, moderated('rejected'))).toEqual([
      expect.objectContaining({ waiting: false, rule: 'r', explanation: 'e', model }),
    ]);
  });

  test('a new title is shown to the reviewer', () => {
    const changed: MediaEvent = { type: 'MediaDetailsChanged', data: { mediaId, title: 'New' } };
    expect(queueAfter(registered, moderated('in_review'), changed)?.[0]?.title).toBe('New');
  });

  test('a change without a title changes nothing', () => {
    const changed: MediaEvent = { type: 'MediaDetailsChanged', data: { mediaId, tags: ['b'] } };
    expect(queueAfter(registered, changed)).toEqual(queueAfter(registered));
  });

  test.each<[string, MediaEvent[]]>([
    ['approved by policy', [scored, moderated('approved')]],
    ['freed by a model that was asked again', [moderated('in_review'), scored, moderated('approved')]],
    [
      'reviewed',
      [
        moderated('in_review'),
        { type: 'MediaReviewed', data: { mediaId, decision: 'approve', reason: 'fine', reviewer: 'ada' } },
      ],
    ],
    [
      'approved against the policy',
      [
        ...[scored, moderated('rejected')],
        { type: 'MediaReviewed', data: { mediaId, decision: 'approve', reason: 'fine', reviewer: 'ada' } },
      ],
    ],
    ['deleted', [moderated('in_review'), { type: 'MediaDeleted', data: { mediaId } }]],
    ['never uploaded', [{ type: 'UploadFailed', data: { mediaId, code: 'empty_file', message: 'empty' } }]],
  ])('an item that was %s is not in it, and scores that come later do not bring it back', (_, events) => {
    expect(queueAfter(registered, ...events, scored)).toEqual([]);
  });
});
