import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { evolveMedia, initialMediaState } from '../../src/domain/media/media-state.js';
import { heedHead } from '../../src/domain/media/moderation-head.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import { framesFor, heldBy, mediaId, model, planned, probedItem, started } from '../kit/media-fixtures.js';

const decision = { rule: 'r', explanation: 'Seen.', causes: [] };
const like = { modelId: 'h1', score: 0.93, threshold: 0.8 };
const unlike = { ...like, score: 0.79 };
const sentence =
  'A model trained on reviewers’ decisions (h1) finds it 93 % like what they rejected; from 80 % a person decides.';

test.each([
  ['approved', undefined, 'approved', 'r', 'Seen.'],
  ['approved', unlike, 'approved', 'r', 'Seen.'],
  ['approved', like, 'in_review', 'like_what_reviewers_rejected', sentence],
  ['in_review', like, 'in_review', 'r', `Seen. ${sentence}`],
  ['in_review', unlike, 'in_review', 'r', 'Seen.'],
  ['rejected', like, 'rejected', 'r', 'Seen.'],
  ['rejected', unlike, 'rejected', 'r', 'Seen.'],
] as const)('what is %s and of which a head says %j is %s', (outcome, head, then, rule, explanation) => {
  expect(heedHead({ ...decision, outcome }, head)).toEqual({
    ...{ ...decision, outcome: then, rule, explanation },
    ...(head && { head }),
  });
});

describe('of an item', () => {
  const state = [...probedItem, planned('poster', 'transcode', 'moderate'), started('moderate')].reduce(
    evolveMedia,
    initialMediaState,
  );
  const embedding = { space: 's', mean: 'AQID', severest: 'BAUG' };
  const decide = (more: object, auditShare = 0): readonly MediaEvent[] =>
    media.decider.decide(
      {
        type: 'RecordModeration',
        data: {
          ...{ ...heldBy('moderate'), model, frames: framesFor('approved'), missedParts: 0 },
          ...{ policy: { ...DEFAULT_MODERATION_POLICY, auditShare }, ...more },
        },
      },
      state,
    );

  test('that is like what people rejected one of them decides, and is told why', () => {
    expect(decide({ embedding, head: like }, 1)).toMatchObject([
      { type: 'PicturesEmbedded', data: { mediaId, ...embedding } },
      { type: 'ModerationScored' },
      {
        type: 'ModerationDecided',
        data: { outcome: 'in_review', rule: 'like_what_reviewers_rejected', head: like },
      },
      { type: 'StepCompleted' },
    ]);
  });

  test('that is not it is kept how little', () => {
    expect(decide({ embedding, head: unlike })).toContainEqual(
      expect.objectContaining({
        type: 'ModerationDecided',
        data: expect.objectContaining({ outcome: 'approved', head: unlike }),
      }),
    );
  });

  test('that models without vectors looked at, while there is no head, nothing is told of either', () => {
    const events = decide({});
    expect(events.map(({ type }) => type)).toEqual([
      'ModerationScored',
      'ModerationDecided',
      'StepCompleted',
    ]);
    expect(events[1]?.data).not.toHaveProperty('head');
  });
});
