import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { isAudited } from '../../src/domain/media/moderation-audit.js';
import {
  DEFAULT_MODERATION_POLICY,
  type ModerationPolicy,
  referenceOf,
} from '../../src/domain/media/moderation-policy-document.js';
import type { ReviewDecision, ReviewMatter } from '../../src/domain/media/review/review-values.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  framesFor,
  heldBy,
  inProcess,
  mediaId,
  model,
  moderated,
  published,
  renditionCompleted,
  started,
} from '../kit/media-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;
type Row = [
  name: string,
  given: readonly MediaEvent[],
  when: MediaCommand,
  then: readonly MediaEvent[] | string,
];

const at = '2026-11-21T10:00:00.000Z';
const later = '2026-11-21T10:15:00.000Z';
const one = DEFAULT_MODERATION_POLICY;
const two: ModerationPolicy = { ...one, version: 'two', fourEyes: ['approve', 'reject'] };

const say = (reviewer: string, decision: ReviewDecision, policy = one, when = at): MediaCommand => ({
  type: 'ReviewMedia',
  data: { mediaId, decision, reason: 'because', reviewer, policy, at: when },
});
const takeDown = (reviewer: string, policy = one): MediaCommand => ({
  type: 'TakeDownMedia',
  data: { mediaId, reason: 'because', reviewer, policy, at },
});
const appeal: MediaCommand = {
  type: 'AppealDecision',
  data: { mediaId, text: 'It is fine', appellant: 'carl' },
};
const claim = (reviewer: string): MediaCommand => ({
  type: 'ClaimReview',
  data: { mediaId, reviewer, policy: one, at },
});
const release = (reviewer: string): MediaCommand => ({ type: 'ReleaseReview', data: { mediaId, reviewer } });

const said = (about: ReviewMatter, reviewer: string, decision: ReviewDecision, policy = one) => ({
  ...{ mediaId, about, decision, reason: 'because', reviewer, policy: referenceOf(policy) },
});
const reviewed = (...words: Parameters<typeof said>): MediaEvent => ({
  type: 'MediaReviewed',
  data: said(...words),
});
const agreed = (by: string, ...words: Parameters<typeof said>): MediaEvent => ({
  type: 'MediaReviewed',
  data: { ...said(...words), agreed: [by] },
});
const proposed = (...words: Parameters<typeof said>): MediaEvent => ({
  type: 'ReviewProposed',
  data: said(...words),
});
const rejected = (by: 'policy' | 'reviewer', wasPublished = false): MediaEvent => ({
  type: 'MediaRejected',
  data: { mediaId, by, reason: 'because', ...(wasPublished && { wasPublished: true }) },
});
const appealed: MediaEvent = {
  type: 'MediaAppealed',
  data: { mediaId, text: 'It is fine', appellant: 'carl' },
};
const claimed = (reviewer: string): MediaEvent => ({
  type: 'ReviewClaimed',
  data: { mediaId, reviewer, until: later },
});
const released = (reviewer: string): MediaEvent => ({ type: 'ReviewReleased', data: { mediaId, reviewer } });
const publishedAgain: MediaEvent = { type: 'MediaPublished', data: { mediaId, again: true } };
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };

/** Everything is done but for what is decided: nothing is cancelled by a rejection, nor taken up again. */
const ready: readonly MediaEvent[] = [
  ...[...inProcess, renditionCompleted()],
  ...(['transcode', 'thumbnails', 'moderate', 'tag'] as const).map((step) => completed(step)),
];
const doubtful = [...ready, moderated('in_review')];
const shown = [...ready, moderated('approved'), published];
const approvedForAudit = { mediaId, outcome: 'approved', rule: 'r', explanation: 'e', causes: [] } as const;
const audited: readonly MediaEvent[] = [
  ...ready,
  {
    type: 'ModerationDecided',
    data: { ...approvedForAudit, causes: [], audit: true, policy: referenceOf(one) },
  },
  published,
];
const byPolicy = [...ready, moderated('rejected'), rejected('policy')];
const byAda = [...doubtful, reviewed('review', 'ada', 'reject'), rejected('reviewer')];
const downByAda = [...shown, reviewed('takedown', 'ada', 'reject'), rejected('reviewer', true)];
const adaProposes = [...doubtful, proposed('review', 'ada', 'reject', two)];
const split = [...adaProposes, proposed('review', 'bea', 'approve', two)];
const takedownProposed = [...shown, proposed('takedown', 'ada', 'reject', two)];

const appeals: Row[] = [
  ['a rejection by the policy', byPolicy, appeal, [appealed]],
  ['a rejection by a person', byAda, appeal, [appealed]],
  ['a takedown', downByAda, appeal, [appealed]],
  ['nothing that is shown', shown, appeal, 'not_rejected'],
  ['nothing that still waits for a person', doubtful, appeal, 'not_rejected'],
  ['nothing that is not judged yet', ready, appeal, 'not_rejected'],
  ['what has an open appeal not twice', [...byAda, appealed], appeal, 'appeal_open'],
  [
    'what another person has rejected again not once more',
    [...byAda, appealed, reviewed('appeal', 'bea', 'reject')],
    ...([appeal, 'appeal_decided'] as const),
  ],
  [
    'a new rejection, though an earlier one was appealed against',
    [
      ...[...byAda, appealed, reviewed('appeal', 'bea', 'approve'), published],
      ...[reviewed('takedown', 'ada', 'reject'), rejected('reviewer', true)],
    ],
    ...([appeal, [appealed]] as const),
  ],
  ['what is deleted never', [...byAda, deleted], appeal, 'media_deleted'],
];

const decisionsOnAppeals: Row[] = [
  ['who rejected it does not approve it', [...byAda, appealed], say('ada', 'approve'), 'same_reviewer'],
  ['who rejected it does not reject it again', [...byAda, appealed], say('ada', 'reject'), 'same_reviewer'],
  [
    'another person may publish it',
    ...([[...byAda, appealed], say('bea', 'approve')] as const),
    [reviewed('appeal', 'bea', 'approve'), published],
  ],
  [
    'another person may publish what was taken down again',
    ...([[...downByAda, appealed], say('bea', 'approve')] as const),
    [reviewed('appeal', 'bea', 'approve'), publishedAgain],
  ],
  [
    'another person may turn it down, which leaves it as it is',
    ...([[...byAda, appealed], say('bea', 'reject')] as const),
    [reviewed('appeal', 'bea', 'reject')],
  ],
  [
    'anybody decides on an appeal against the policy',
    ...([[...byPolicy, appealed], say('ada', 'approve')] as const),
    [reviewed('appeal', 'ada', 'approve'), published],
  ],
  ['nobody approves what a person rejected without an appeal', byAda, say('bea', 'approve'), 'not_in_review'],
  [
    'neither of two people who rejected it decides on it',
    [...doubtful, agreed('ada', 'review', 'bea', 'reject', two), rejected('reviewer'), appealed],
    ...([say('ada', 'approve', two), 'same_reviewer'] as const),
  ],
];

const fourEyes: Row[] = [
  [
    'the first person only proposes',
    ...([doubtful, say('ada', 'reject', two)] as const),
    [proposed('review', 'ada', 'reject', two)],
  ],
  ['the same person is not a second one', adaProposes, say('ada', 'reject', two), 'second_person_needed'],
  [
    'a second person who agrees decides',
    ...([adaProposes, say('bea', 'reject', two)] as const),
    [agreed('ada', 'review', 'bea', 'reject', two), rejected('reviewer')],
  ],
  [
    'a second person who disagrees proposes the contrary',
    ...([adaProposes, say('bea', 'approve', two)] as const),
    [proposed('review', 'bea', 'approve', two)],
  ],
  [
    'a third person tips the scales',
    ...([split, say('carl', 'approve', two)] as const),
    [agreed('bea', 'review', 'carl', 'approve', two), published],
  ],
  [
    'who changes their mind may agree',
    ...([split, say('ada', 'approve', two)] as const),
    [agreed('bea', 'review', 'ada', 'approve', two), published],
  ],
  [
    'what two are wanted for only one way is decided by one the other way',
    ...([adaProposes, say('bea', 'approve', { ...two, fourEyes: ['reject'] })] as const),
    [reviewed('review', 'bea', 'approve', two), published],
  ],
  [
    'what one wants taken down is shown until another agrees',
    ...([shown, takeDown('ada', two)] as const),
    [proposed('takedown', 'ada', 'reject', two)],
  ],
  [
    'another takedown agrees',
    ...([takedownProposed, takeDown('bea', two)] as const),
    [agreed('ada', 'takedown', 'bea', 'reject', two), rejected('reviewer', true)],
  ],
  [
    'a review of the proposal agrees as well',
    ...([takedownProposed, say('bea', 'reject', two)] as const),
    [agreed('ada', 'takedown', 'bea', 'reject', two), rejected('reviewer', true)],
  ],
  [
    'one is enough to leave it as it is',
    ...([takedownProposed, say('bea', 'approve', two)] as const),
    [reviewed('takedown', 'bea', 'approve', two)],
  ],
  [
    'an opinion from before an appeal does not count after it',
    [...downByAda, proposed('rejection', 'bea', 'approve', two), appealed],
    say('carl', 'approve', two),
    [proposed('appeal', 'carl', 'approve', two)],
  ],
];

const audits: Row[] = [
  ['who agrees leaves it as it is', audited, say('ada', 'approve'), [reviewed('audit', 'ada', 'approve')]],
  [
    'one who agrees is enough, even where two have to approve',
    ...([audited, say('ada', 'approve', two)] as const),
    [reviewed('audit', 'ada', 'approve', two)],
  ],
  [
    'who disagrees takes it down',
    ...([audited, say('ada', 'reject')] as const),
    [reviewed('audit', 'ada', 'reject'), rejected('reviewer', true)],
  ],
  [
    'it is looked at once',
    [...audited, reviewed('audit', 'ada', 'approve')],
    ...([say('bea', 'approve'), 'not_in_review'] as const),
  ],
  [
    'what it took down may be approved again',
    [...audited, reviewed('audit', 'ada', 'reject'), rejected('reviewer', true)],
    say('ada', 'approve'),
    [reviewed('rejection', 'ada', 'approve'), publishedAgain],
  ],
];

const adaHasIt = [...doubtful, claimed('ada')];
const claims: Row[] = [
  ['what waits is claimed, for as long as the policy says', doubtful, claim('ada'), [claimed('ada')]],
  ['nobody else claims it meanwhile', adaHasIt, claim('bea'), 'review_claimed'],
  ['nobody else decides on it meanwhile', adaHasIt, say('bea', 'approve'), 'review_claimed'],
  [
    'a claim of a clock that ran ahead keeps nobody out until that comes true',
    [
      ...doubtful,
      { type: 'ReviewClaimed', data: { mediaId, reviewer: 'ada', until: '2036-11-21T10:00:00.000Z' } },
    ],
    say('bea', 'approve'),
    [reviewed('review', 'bea', 'approve'), published],
  ],
  [
    'who claimed it decides',
    ...([adaHasIt, say('ada', 'approve')] as const),
    [reviewed('review', 'ada', 'approve'), published],
  ],
  [
    'when its time is over, it is anybody’s again',
    ...([adaHasIt, say('bea', 'approve', one, later)] as const),
    [reviewed('review', 'bea', 'approve'), published],
  ],
  ['who has it gives it back', adaHasIt, release('ada'), [released('ada')]],
  ['what is given back is anybody’s', [...adaHasIt, released('ada')], claim('bea'), [claimed('bea')]],
  ['nobody gives back what another has', adaHasIt, release('bea'), []],
  ['who rejected it does not claim its appeal', [...byAda, appealed], claim('ada'), 'same_reviewer'],
  ['who proposed something leaves it to another', adaProposes, claim('ada'), 'second_person_needed'],
  ['nothing is claimed that is decided', shown, claim('ada'), 'not_in_review'],
];

describe.each(Object.entries({ appeals, decisionsOnAppeals, fourEyes, audits, claims }))('%s', (_, rows) => {
  test.each(rows)('%s', (name, given, when, then) => {
    const expected: Spec['then'] = typeof then === 'string' ? { refusedWith: then } : then;
    verify(media.decider, { name, given, when, then: expected });
  });
});

describe('the sample of audits', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `item-${index}`);
  const sample = (hash: string, share: number) => ids.filter((id) => isAudited(id, hash, share));

  test('has the share that the policy says, none of it with 0 and all with 1', () => {
    expect(sample('a', 0)).toEqual([]);
    expect(sample('a', 1)).toEqual(ids);
    expect(Math.abs(sample('a', 0.05).length - 500)).toBeLessThan(100);
  });

  test('is the same each time, another with another policy, and a larger share has all of a smaller one', () => {
    expect(sample('a', 0.05)).toEqual(sample('a', 0.05));
    expect(sample('b', 0.05)).not.toEqual(sample('a', 0.05));
    expect(sample('a', 0.1)).toEqual(expect.arrayContaining(sample('a', 0.05)));
  });

  test('is of what the policy approves alone, and holds up no publication', () => {
    const policy = { ...one, auditShare: 1 };
    const given = [...inProcess, renditionCompleted(), started('moderate')];
    const state = given.reduce(media.decider.evolve, media.decider.initialState);
    const decide = (outcome: 'approved' | 'in_review') =>
      media.decider.decide(
        {
          type: 'RecordModeration',
          data: { ...heldBy('moderate'), model, frames: framesFor(outcome), policy, missedParts: 0 },
        },
        state,
      );
    expect(decide('approved')).toMatchObject([
      { type: 'ModerationScored' },
      { type: 'ModerationDecided', data: { outcome: 'approved', audit: true } },
      { type: 'StepCompleted' },
      { type: 'MediaPublished' },
    ]);
    expect(JSON.stringify(decide('in_review'))).not.toContain('audit');
  });
});
