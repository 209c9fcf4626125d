import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { evolveMedia, initialMediaState } from '../../src/domain/media/media-state.js';
import { heedLooks } from '../../src/domain/media/moderation-looks.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import { framesFor, heldBy, mediaId, model, planned, probedItem, started } from '../kit/media-fixtures.js';

const decision = { rule: 'r', explanation: 'Seen.', causes: [] };

test.each([
  ['approved', undefined, 'approved', 'r', 'Seen.'],
  ['approved', 'm9', 'in_review', 'looks_like_rejected', 'It looks like media m9, which was rejected.'],
  ['in_review', 'm9', 'in_review', 'r', 'Seen. It looks like media m9, which was rejected.'],
  ['rejected', 'm9', 'rejected', 'r', 'Seen.'],
] as const)('what is %s and looks like %s is %s', (outcome, alike, then, rule, explanation) => {
  expect(heedLooks({ ...decision, outcome }, alike)).toEqual({
    ...decision,
    outcome: then,
    rule,
    explanation,
  });
});

describe('of an item', () => {
  const state = [...probedItem, planned('poster', 'transcode', 'moderate'), started('moderate')].reduce(
    evolveMedia,
    initialMediaState,
  );
  const looks = [{ atSeconds: 1, look: 'cee6e2f9bcfcee8b1078ec861323d0c9' }];
  const decide = (more: object): readonly MediaEvent[] =>
    media.decider.decide(
      {
        type: 'RecordModeration',
        data: {
          ...{ ...heldBy('moderate'), model, frames: framesFor('approved'), missedParts: 0 },
          ...{ policy: { ...DEFAULT_MODERATION_POLICY, auditShare: 0 }, ...more },
        },
      },
      state,
    );

  test('that looks like a rejected one a person decides, and its looks are kept', () => {
    expect(decide({ looks, looksLikeRejected: 'm9' })).toMatchObject([
      { type: 'LooksTaken', data: { mediaId, looks } },
      { type: 'ModerationScored' },
      { type: 'ModerationDecided', data: { outcome: 'in_review', rule: 'looks_like_rejected' } },
      { type: 'StepCompleted' },
    ]);
  });

  test('that shows nothing to be told apart, or was looked at by an earlier release, no looks are kept', () => {
    for (const more of [{}, { looks: [] }])
      expect(decide(more).map(({ type }) => type)).not.toContain('LooksTaken');
  });
});
