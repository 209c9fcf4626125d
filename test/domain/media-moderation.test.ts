import { describe, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import type { StepName } from '../../src/domain/media/steps/step-name.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  failed,
  framesFor,
  heldBy,
  inProcess,
  mediaId,
  model,
  moderated,
  policy,
  renditionCompleted,
  started,
} from '../kit/media-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;
type Outcome = Parameters<typeof framesFor>[0];

const score = (outcome: Outcome, missedParts = 0): MediaCommand => ({
  type: 'RecordModeration',
  data: {
    ...heldBy('moderate'),
    model,
    frames: framesFor(outcome),
    policy: DEFAULT_MODERATION_POLICY,
    missedParts,
  },
});
const scored = (outcome: Outcome): MediaEvent => ({
  type: 'ModerationScored',
  data: { mediaId, model, frames: framesFor(outcome) },
});
const explanations = {
  approved: '4 frames looked at, highest score: explicit 1 % at 0.0 s; from 60 % a person would decide.',
  in_review: 'Highest score: explicit 70 % at 0.0 s; from 60 % a person decides.',
  rejected: '4 of 4 frames are explicit beyond doubt (at least 92 %).',
};
const rules = {
  approved: 'below_review_threshold',
  in_review: 'possibly_explicit_frame',
  rejected: 'explicit_in_many_frames',
};
const causesIn = (frames: ReturnType<typeof framesFor>) =>
  frames.map(({ atSeconds, scores }, frame) => ({
    ...{ class: 'adult' as const, score: scores.adult, frame, atSeconds },
  }));
const decided = (outcome: Outcome): MediaEvent => ({
  type: 'ModerationDecided',
  data: {
    ...{ mediaId, outcome, rule: rules[outcome], explanation: explanations[outcome] },
    causes: outcome === 'approved' ? [] : causesIn(framesFor(outcome)),
    policy,
  },
});
const saidByAda = { mediaId, decision: 'approve', reason: 'fine', reviewer: 'ada' } as const;
const at = '2026-11-21T10:00:00.000Z';
const review = { ...saidByAda, at, policy: DEFAULT_MODERATION_POLICY } as const;
const reviewed: MediaEvent = { type: 'MediaReviewed', data: { ...saidByAda, about: 'review', policy } };
const overruled: MediaEvent = { type: 'MediaReviewed', data: { ...saidByAda, about: 'rejection', policy } };
const published: MediaEvent = { type: 'MediaPublished', data: { mediaId } };
const rejected: MediaEvent = {
  type: 'MediaRejected',
  data: { mediaId, by: 'policy', reason: explanations.rejected },
};
const cancelled = (...steps: StepName[]): MediaEvent => ({
  type: 'StepsCancelled',
  data: { mediaId, steps },
});
const takenUp = (...steps: StepName[]): MediaEvent => ({
  type: 'ProcessingRetried',
  data: { mediaId, steps, wasFailed: false },
});
const processingFailed: MediaEvent = {
  type: 'ProcessingFailed',
  data: { mediaId, step: 'transcode', code: 'ffmpeg_failed', message: 'no' },
};
const ladderFailed = [started('transcode'), failed('transcode'), processingFailed];
/** No model could look, so it went to a person; then somebody asked for the model again. */
const askedAgain: readonly MediaEvent[] = [
  ...inProcess,
  started('moderate'),
  failed('moderate'),
  moderated('in_review'),
  { type: 'ProcessingRetried', data: { mediaId, steps: ['moderate'], wasFailed: false } },
];

const saidByBea = { mediaId, reason: 'a complaint', reviewer: 'bea' };
const takedown = { ...saidByBea, at, policy: DEFAULT_MODERATION_POLICY };
const takenDown: readonly [MediaEvent, MediaEvent] = [
  { type: 'MediaReviewed', data: { ...saidByBea, about: 'takedown', decision: 'reject', policy } },
  {
    type: 'MediaRejected',
    data: { mediaId, by: 'reviewer', reason: 'a complaint', wasPublished: true },
  },
];
const shown: readonly MediaEvent[] = [
  ...[...inProcess, renditionCompleted(), completed('transcode'), completed('moderate')],
  ...[moderated('approved'), published],
];

const specifications: Spec[] = [
  {
    name: 'clean frames approve, and publish what is playable',
    given: [...inProcess, renditionCompleted(), started('moderate')],
    when: score('approved'),
    then: [scored('approved'), decided('approved'), completed('moderate'), published],
  },
  {
    name: 'doubtful frames send the item to a person',
    given: [...inProcess, renditionCompleted(), started('moderate')],
    when: score('in_review'),
    then: [scored('in_review'), decided('in_review'), completed('moderate')],
  },
  {
    name: 'frames beyond doubt reject it, and what is still to do is let go of',
    given: [...inProcess, renditionCompleted(), started('moderate')],
    when: score('rejected'),
    then: [
      ...[scored('rejected'), decided('rejected'), completed('moderate'), rejected],
      cancelled('transcode', 'thumbnails', 'tag'),
    ],
  },
  {
    name: 'an item whose ladder failed is rejected all the same',
    given: [...inProcess, ...ladderFailed, started('moderate')],
    when: score('rejected'),
    then: [
      ...[scored('rejected'), decided('rejected'), completed('moderate'), rejected],
      cancelled('thumbnails', 'tag'),
    ],
  },
  {
    name: 'an item whose ladder failed is a failed one still when it is approved',
    given: [...inProcess, ...ladderFailed, started('moderate')],
    when: score('approved'),
    then: [scored('approved'), decided('approved'), completed('moderate'), processingFailed],
  },
  {
    name: 'a person may still look at an item whose ladder failed, and it has failed again after that',
    given: [
      ...inProcess,
      ...ladderFailed,
      started('moderate'),
      completed('moderate'),
      moderated('in_review'),
    ],
    when: { type: 'ReviewMedia', data: review },
    then: [reviewed, processingFailed],
  },
  {
    name: 'a model that is asked again may free an item from the queue',
    given: [...askedAgain, renditionCompleted(), started('moderate', 'j2')],
    when: { ...score('approved'), data: { ...score('approved').data, jobId: 'j2' } } as MediaCommand,
    then: [scored('approved'), decided('approved'), completed('moderate', 'j2'), published],
  },
  {
    name: 'a model that fails again adds nothing to the queue',
    given: [...askedAgain, started('moderate', 'j2')],
    when: {
      type: 'FailStep',
      data: {
        ...heldBy('moderate', 'j2'),
        code: 'ffmpeg_failed',
        message: 'no',
        final: true,
        retryAt: null,
      },
    },
    then: [failed('moderate', 'j2')],
  },
  {
    name: 'what a person allowed, a model that answers later does not forbid',
    given: [...askedAgain, renditionCompleted(), reviewed, published, started('moderate')],
    when: score('rejected'),
    then: [scored('rejected'), completed('moderate')],
  },
  {
    name: 'what a person allowed, a model that answers later does not send back to the queue',
    given: [...askedAgain, renditionCompleted(), reviewed, published, started('moderate')],
    when: score('in_review'),
    then: [scored('in_review'), completed('moderate')],
  },
  {
    name: 'what a person allowed stays so when the model fails later',
    given: [...askedAgain, renditionCompleted(), reviewed, published, started('moderate')],
    when: {
      type: 'FailStep',
      data: { ...heldBy('moderate'), code: 'ffmpeg_failed', message: 'no', final: true, retryAt: null },
    },
    then: [failed('moderate')],
  },
  {
    name: 'a rejected item is not retried',
    given: [...inProcess, ...ladderFailed, moderated('rejected'), rejected],
    when: { type: 'RetryProcessing', data: { mediaId } },
    then: { refusedWith: 'media_rejected' },
  },
  {
    name: 'a step of a rejected item is not started',
    given: [...inProcess, moderated('rejected'), rejected],
    when: { type: 'StartStep', data: heldBy('transcode') },
    then: { refusedWith: 'step_superseded' },
  },
  {
    name: 'a person overrules the policy: what was let go of is done again',
    given: [
      ...[...inProcess, started('moderate'), completed('moderate'), moderated('rejected'), rejected],
      cancelled('transcode', 'thumbnails', 'tag'),
    ],
    when: { type: 'ReviewMedia', data: review },
    then: [overruled, takenUp('transcode', 'thumbnails', 'tag')],
  },
  {
    name: 'an item that was rejected by mistake is published at once when it is playable',
    given: [
      ...[...inProcess, renditionCompleted(), completed('transcode'), moderated('rejected'), rejected],
      cancelled('thumbnails', 'tag'),
    ],
    when: { type: 'ReviewMedia', data: review },
    then: [overruled, takenUp('thumbnails', 'tag'), published],
  },
  {
    name: 'an item that was rejected by mistake is a failed one if its ladder had failed',
    given: [...inProcess, ...ladderFailed, moderated('rejected'), rejected],
    when: { type: 'ReviewMedia', data: review },
    then: [overruled, processingFailed],
  },
  {
    name: 'a step that was cancelled and taken up again is started',
    given: [
      ...[...inProcess, moderated('rejected'), rejected, cancelled('transcode'), reviewed],
      takenUp('transcode'),
    ],
    when: { type: 'StartStep', data: heldBy('transcode') },
    then: [started('transcode')],
  },
  {
    name: 'the attempt that a rejection interrupted does not get its step back by an approval',
    given: [
      ...[...inProcess, started('transcode'), moderated('rejected'), rejected, cancelled('transcode')],
      ...[reviewed, takenUp('transcode')],
    ],
    when: { type: 'RecordRenditions', data: { ...heldBy('transcode'), renditions: [] } },
    then: [],
  },
  {
    name: 'what the policy rejected need not be rejected again',
    given: [...inProcess, moderated('rejected'), rejected],
    when: { type: 'ReviewMedia', data: { ...review, decision: 'reject' } },
    then: { refusedWith: 'not_in_review' },
  },
  {
    name: 'what a person rejected is not reviewed again',
    given: [
      ...[...inProcess, moderated('in_review')],
      { type: 'MediaReviewed', data: { ...saidByAda, about: 'review', decision: 'reject', policy } },
      { type: 'MediaRejected', data: { mediaId, by: 'reviewer', reason: 'no' } },
    ],
    when: { type: 'ReviewMedia', data: review },
    then: { refusedWith: 'not_in_review' },
  },
  {
    name: 'what is published is taken down, and what was still to do is let go of',
    given: shown,
    when: { type: 'TakeDownMedia', data: takedown },
    then: [...takenDown, cancelled('thumbnails', 'tag')],
  },
  {
    name: 'what is approved and not published yet is taken down as well',
    given: [...inProcess, moderated('approved')],
    when: { type: 'TakeDownMedia', data: takedown },
    then: [
      takenDown[0],
      { type: 'MediaRejected', data: { mediaId, by: 'reviewer', reason: 'a complaint' } },
      cancelled('transcode', 'thumbnails', 'moderate', 'tag'),
    ],
  },
  {
    name: 'what was taken down is approved again, is done with what was let go of, and published once more',
    given: [...shown, ...takenDown, cancelled('thumbnails', 'tag')],
    when: { type: 'ReviewMedia', data: review },
    then: [
      ...[overruled, takenUp('thumbnails', 'tag')],
      { type: 'MediaPublished', data: { mediaId, again: true } },
    ],
  },
  {
    name: 'what was approved again can be taken down again',
    given: [...shown, ...takenDown, overruled, { type: 'MediaPublished', data: { mediaId, again: true } }],
    when: { type: 'TakeDownMedia', data: takedown },
    then: [...takenDown, cancelled('thumbnails', 'tag')],
  },
  {
    name: 'an item that failed and was taken down is a failed one when it is approved again',
    given: [...inProcess, moderated('approved'), ...ladderFailed, ...takenDown],
    when: { type: 'ReviewMedia', data: review },
    then: [overruled, processingFailed],
  },
  ...(['pending', 'in_review', 'rejected'] as const).map(
    (moderation): Spec => ({
      name: `what is ${moderation} is not taken down`,
      given: moderation === 'pending' ? inProcess : [...inProcess, moderated(moderation)],
      when: { type: 'TakeDownMedia', data: takedown },
      then: { refusedWith: 'not_approved' },
    }),
  ),
  {
    name: 'what is taken down is not taken down once more',
    given: [...shown, ...takenDown],
    when: { type: 'TakeDownMedia', data: takedown },
    then: { refusedWith: 'not_approved' },
  },
  {
    name: 'a model that answers late does not bring back what was taken down',
    given: [...shown, started('moderate'), ...takenDown, cancelled('thumbnails', 'tag')],
    when: score('approved'),
    then: [scored('approved'), completed('moderate')],
  },
  {
    name: 'what is deleted is not taken down',
    given: [...shown, { type: 'MediaDeleted', data: { mediaId } }],
    when: { type: 'TakeDownMedia', data: takedown },
    then: { refusedWith: 'media_deleted' },
  },
  {
    name: 'what a person approved against the policy is not reviewed again',
    given: [...inProcess, moderated('rejected'), rejected, reviewed],
    when: { type: 'ReviewMedia', data: { ...review, decision: 'reject' } },
    then: { refusedWith: 'not_in_review' },
  },
];

describe('moderation of a media item', () => {
  test.each(specifications)('$name', (specification) => verify(media.decider, specification));
});
