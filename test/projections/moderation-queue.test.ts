import { describe, expect, test } from 'vitest';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { moderationQueue } from '../../src/projections/moderation-queue.js';
import { framesFor, mediaId, model, moderated, policy, registered } from '../kit/media-fixtures.js';
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
        status: 'in_review',
        model,
        frames: frames.map(({ atSeconds, blobKey, scores }) => ({ atSeconds, blobKey, scores })),
        rule: 'r',
        explanation: 'e',
        causes: [],
        head: null,
        policy,
        since: '2026-11-21T09:30:00.003Z',
        ...{ decision: null, deciders: [], opinion: null, appeal: null },
        ...{ claimed_by: null, claimed_until: null },
      },
    ]);
  });

  test('an item nobody has judged yet does not wait', () => {
    expect(queueAfter(registered, scored)?.[0]).not.toHaveProperty('status');
  });

  test('an item no model could look at waits without scores', () => {
    expect(queueAfter(registered, moderated('in_review'))).toEqual([
      expect.objectContaining({ status: 'in_review', title: 'Clip' }),
    ]);
  });

  test('an item that the policy rejected is kept for a reviewer, and does not wait', () => {
    expect(queueAfter(registered, moderated('in_review'), scored, moderated('rejected'))).toEqual([
      expect.objectContaining({ status: 'rejected', rule: 'r', explanation: 'e', model }),
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

  test('what was taken down may be approved again: it is there with its scores and with what was said of it', () => {
    const takenDown: MediaEvent = {
      type: 'MediaReviewed',
      data: {
        mediaId,
        about: 'takedown',
        decision: 'reject',
        reason: 'A complaint',
        reviewer: 'ada',
        policy,
      },
    };
    expect(queueAfter(registered, scored, moderated('approved'), takenDown)).toEqual([
      expect.objectContaining({
        ...{ status: 'rejected', rule: 'taken_down', explanation: 'A complaint', model },
        since: '2026-11-21T09:30:00.004Z',
      }),
    ]);
  });

  test('an item whose file came at the second try is shown', () => {
    const failed: MediaEvent = {
      type: 'UploadFailed',
      data: { mediaId, code: 'empty_file', message: 'empty' },
    };
    expect(queueAfter(registered, failed, scored, moderated('in_review'))?.[0]).toMatchObject({
      status: 'in_review',
    });
  });

  test.each<[string, MediaEvent[]]>([
    ['approved by policy', [scored, moderated('approved')]],
    ['freed by a model that was asked again', [moderated('in_review'), scored, moderated('approved')]],
    [
      'reviewed',
      [
        moderated('in_review'),
        {
          type: 'MediaReviewed',
          data: { mediaId, about: 'review', decision: 'approve', reason: 'fine', reviewer: 'ada', policy },
        },
      ],
    ],
    [
      'approved against the policy',
      [
        ...[scored, moderated('rejected')],
        {
          type: 'MediaReviewed',
          data: { mediaId, about: 'review', decision: 'approve', reason: 'fine', reviewer: 'ada', policy },
        },
      ],
    ],
    ['deleted', [moderated('in_review'), { type: 'MediaDeleted', data: { mediaId } }]],
    ['never uploaded', [{ type: 'UploadFailed', data: { mediaId, code: 'empty_file', message: 'empty' } }]],
  ])('an item that was %s is not in it, and scores that come later do not bring it back', (_, events) => {
    const shown = queueAfter(registered, ...events, scored)?.filter(({ status }) => status != null);
    expect(shown).toEqual([]);
  });
});
