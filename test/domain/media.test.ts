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
  heldBy,
  inProcess,
  mediaId,
  moderated,
  planned,
  policy,
  probe,
  registered,
  registration,
  rendition,
  renditionCompleted,
  started,
  uploaded,
} from '../kit/media-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;

const published: MediaEvent = { type: 'MediaPublished', data: { mediaId } };
const deleted: MediaEvent = { type: 'MediaDeleted', data: { mediaId } };
const purgeFailed = {
  type: 'MediaPurgeFailed',
  data: { mediaId, code: 'blob_store_away', message: 'No disk' },
} satisfies MediaEvent;
const command = (type: 'DeleteMedia' | 'RetryProcessing' | 'ConfirmPurge' | 'RecordPurge'): MediaCommand => ({
  type,
  data: { mediaId },
});
const upload: MediaCommand = {
  type: 'CompleteUpload',
  data: { mediaId, blobKey: 'media/m1/original', sizeBytes: 4_500_000, sha256: 'ab' },
};
const review = (decision: 'approve' | 'reject'): MediaCommand => ({
  type: 'ReviewMedia',
  data: {
    mediaId,
    decision,
    reason: 'because',
    reviewer: 'ada',
    policy: DEFAULT_MODERATION_POLICY,
    at: '2026-11-21T10:00:00.000Z',
  },
});
const reviewed = (decision: 'approve' | 'reject'): MediaEvent => ({
  type: 'MediaReviewed',
  data: { mediaId, about: 'review', decision, reason: 'because', reviewer: 'ada', policy },
});
const fail = (step: 'probe' | 'transcode' | 'moderate' | 'tag', final: boolean): MediaCommand => ({
  type: 'FailStep',
  data: {
    ...heldBy(step),
    code: 'ffmpeg_failed',
    message: 'no',
    final,
    retryAt: final ? null : '2026-11-21T10:00:00.000Z',
  },
});
const processingFailed = (step: 'probe' | 'transcode'): MediaEvent => ({
  type: 'ProcessingFailed',
  data: { mediaId, step, code: 'ffmpeg_failed', message: 'no' },
});
const record: MediaCommand = {
  type: 'RecordRenditions',
  data: { ...heldBy('transcode'), renditions: [rendition()] },
};

const uploadFailed: MediaEvent = {
  type: 'UploadFailed',
  data: { mediaId, code: 'empty_file', message: 'empty' },
};

const uploading: Spec[] = [
  { name: 'a file that is announced is registered', given: [], when: registration, then: [registered] },
  {
    name: 'an item is registered once, however often it is announced',
    given: [registered, uploaded],
    when: registration,
    then: [],
  },
  {
    name: 'a file that is announced again after the deletion is refused',
    given: [registered, uploaded, deleted],
    when: registration,
    then: { refusedWith: 'media_deleted' },
  },
  {
    name: 'a file that is announced again after its upload failed is refused',
    given: [registered, uploadFailed],
    when: registration,
    then: { refusedWith: 'upload_closed' },
  },
  { name: 'an upload that is whole starts the item', given: [registered], when: upload, then: [uploaded] },
  {
    name: 'of two clients that finish the same upload, the second is told so',
    given: [registered, uploaded],
    when: upload,
    then: { refusedWith: 'upload_closed' },
  },
  {
    name: 'bytes that come after the deletion are refused',
    given: [registered, deleted],
    when: upload,
    then: { refusedWith: 'media_deleted' },
  },
  {
    name: 'a failed upload says why',
    given: [registered],
    when: { type: 'FailUpload', data: { mediaId, code: 'empty_file', message: 'empty' } },
    then: [uploadFailed],
  },
  {
    name: 'an upload that was completed cannot fail any more',
    given: [registered, uploaded],
    when: { type: 'FailUpload', data: { mediaId, code: 'upload_expired', message: 'late' } },
    then: [],
  },
  {
    name: 'a command to an unknown item is refused',
    given: [],
    when: command('DeleteMedia'),
    then: { refusedWith: 'media_not_found' },
  },
];

const retried = (steps: StepName[]): MediaEvent => ({
  type: 'ProcessingRetried',
  data: { mediaId, steps, wasFailed: true },
});

const attempts: Spec[] = [
  {
    name: 'a worker takes up a step that is planned',
    given: inProcess,
    when: { type: 'StartStep', data: heldBy('transcode') },
    then: [started('transcode')],
  },
  {
    name: 'a step that was never planned is not started',
    given: [registered, uploaded],
    when: { type: 'StartStep', data: heldBy('transcode') },
    then: { refusedWith: 'step_superseded' },
  },
  {
    name: 'a completed step is not done again',
    given: [...inProcess, started('transcode'), completed('transcode')],
    when: { type: 'StartStep', data: heldBy('transcode', 'j2') },
    then: { refusedWith: 'step_superseded' },
  },
  {
    name: 'a step of a deleted item is not started',
    given: [...inProcess, deleted],
    when: { type: 'StartStep', data: heldBy('transcode') },
    then: { refusedWith: 'step_superseded' },
  },
  {
    name: 'the same attempt that starts again after an interruption changes nothing',
    given: [...inProcess, started('transcode')],
    when: { type: 'StartStep', data: heldBy('transcode') },
    then: [],
  },
  {
    name: 'an attempt that comes late does not take the step back',
    given: [...inProcess, started('transcode', 'j1', 2)],
    when: { type: 'StartStep', data: heldBy('transcode', 'j1', 1) },
    then: { refusedWith: 'step_superseded' },
  },
  {
    name: 'the result of an attempt that was overtaken is not listened to',
    given: [...inProcess, started('transcode', 'j1', 1), started('transcode', 'j1', 2)],
    when: record,
    then: [],
  },
  {
    name: 'progress of an attempt that was overtaken is not listened to',
    given: [...inProcess, started('transcode', 'j1', 2)],
    when: { type: 'ReportStepProgress', data: { ...heldBy('transcode', 'j1', 1), fraction: 0.5 } },
    then: [],
  },
  {
    name: 'results for a deleted item are not listened to',
    given: [...inProcess, started('transcode'), deleted],
    when: record,
    then: [],
  },
  {
    name: 'an attempt that holds its step may keep what it made',
    given: [...inProcess, started('transcode')],
    when: { type: 'ConfirmStep', data: heldBy('transcode') },
    then: [],
  },
  {
    name: 'an attempt of a job long given up does not take the step from the job at work',
    given: [...inProcess, started('transcode', 'j1'), failed('transcode', 'j1'), started('transcode', 'j2')],
    when: { type: 'ConfirmStep', data: heldBy('transcode', 'j1') },
    then: { refusedWith: 'step_superseded' },
  },
  {
    name: 'an attempt at an item that was deleted meanwhile may keep nothing',
    given: [...inProcess, started('transcode'), { type: 'MediaDeleted', data: { mediaId } }],
    when: { type: 'ConfirmStep', data: heldBy('transcode') },
    then: { refusedWith: 'step_superseded' },
  },
  {
    name: 'an attempt that fails before it could tell that it began is heard',
    given: inProcess,
    when: fail('transcode', true),
    then: [started('transcode'), failed('transcode'), processingFailed('transcode')],
  },
  {
    name: 'a worker that was lost in its last attempt has failed the step',
    given: [...inProcess, started('transcode', 'j1', 1)],
    when: {
      ...fail('transcode', true),
      data: { ...fail('transcode', true).data, attempt: 2 },
    } as MediaCommand,
    then: [started('transcode', 'j1', 2), failed('transcode', 'j1', 2), processingFailed('transcode')],
  },
  {
    name: 'a failure is not told twice',
    given: [...inProcess, started('transcode'), failed('transcode'), processingFailed('transcode')],
    when: fail('transcode', true),
    then: [],
  },
  {
    name: 'a job that failed for good, of which its queue did not hear, is not begun again',
    given: [...inProcess, started('transcode'), failed('transcode'), processingFailed('transcode')],
    when: { type: 'StartStep', data: heldBy('transcode', 'j1', 2) },
    then: { refusedWith: 'step_failed' },
  },
  {
    name: 'a job that failed for good does not come back with a later failure',
    given: [...inProcess, started('transcode'), failed('transcode'), processingFailed('transcode')],
    when: {
      ...fail('transcode', false),
      data: { ...fail('transcode', false).data, attempt: 2 },
    } as MediaCommand,
    then: [],
  },
  {
    name: 'a job that failed for good takes nothing from the one that a retry has brought',
    given: [
      ...inProcess,
      ...[started('transcode'), failed('transcode'), processingFailed('transcode')],
      ...[retried(['transcode']), started('transcode', 'j2')],
    ],
    when: { type: 'StartStep', data: heldBy('transcode', 'j1', 2) },
    then: { refusedWith: 'step_failed' },
  },
  {
    name: 'what failed for good is begun by the job that a retry has brought',
    given: [
      ...inProcess,
      ...[started('transcode'), failed('transcode'), processingFailed('transcode'), retried(['transcode'])],
    ],
    when: { type: 'StartStep', data: heldBy('transcode', 'j2') },
    then: [started('transcode', 'j2')],
  },
  {
    name: 'a job that an earlier release has begun again after it failed for good is not left behind',
    given: [
      ...inProcess,
      ...[started('transcode'), failed('transcode'), processingFailed('transcode')],
      started('transcode', 'j1', 2),
    ],
    when: { type: 'StartStep', data: heldBy('transcode', 'j1', 3) },
    then: [started('transcode', 'j1', 3)],
  },
  {
    name: 'a job that fails before it began takes nothing from the one at work',
    given: [...inProcess, started('transcode', 'j2')],
    when: fail('transcode', true),
    then: [],
  },
  {
    name: 'a late failure of what is completed changes nothing',
    given: [...inProcess, started('transcode', 'j2'), completed('transcode', 'j2')],
    when: fail('transcode', true),
    then: [],
  },
  {
    name: 'an attempt that failed and is tried again says why and when',
    given: [...inProcess, started('transcode')],
    when: fail('transcode', false),
    then: [
      {
        type: 'StepAttemptFailed',
        data: {
          ...heldBy('transcode'),
          code: 'ffmpeg_failed',
          message: 'no',
          retryAt: '2026-11-21T10:00:00.000Z',
        },
      },
    ],
  },
];

const outcomes: Spec[] = [
  {
    name: 'an item that is approved is published with its first rendition',
    given: [...inProcess, moderated('approved'), started('transcode')],
    when: record,
    then: [renditionCompleted(), completed('transcode'), published],
  },
  {
    name: 'an item without a decision is not published, whatever is ready',
    given: [...inProcess, started('transcode')],
    when: record,
    then: [renditionCompleted(), completed('transcode')],
  },
  {
    name: 'sound alone does not make an item playable',
    given: [...inProcess, moderated('approved'), started('transcode')],
    when: {
      type: 'RecordRenditions',
      data: { ...heldBy('transcode'), renditions: [{ ...rendition('audio'), kind: 'audio' }] },
    },
    then: [
      { type: 'RenditionCompleted', data: { mediaId, rendition: { ...rendition('audio'), kind: 'audio' } } },
      completed('transcode'),
    ],
  },
  {
    name: 'an item is published once',
    given: [...inProcess, moderated('approved'), renditionCompleted('234p'), published, started('transcode')],
    when: record,
    then: [renditionCompleted(), completed('transcode')],
  },
  {
    name: 'a file that cannot be read has failed, and says why',
    given: [registered, uploaded, started('probe')],
    when: fail('probe', true),
    then: [failed('probe'), processingFailed('probe')],
  },
  {
    name: 'an item without any rendition has failed when the ladder failed',
    given: [...inProcess, started('transcode')],
    when: fail('transcode', true),
    then: [failed('transcode'), processingFailed('transcode')],
  },
  {
    name: 'an item whose preview is playable outlives a failed ladder',
    given: [
      registered,
      uploaded,
      planned('preview', 'transcode', 'moderate'),
      renditionCompleted(),
      started('transcode'),
    ],
    when: fail('transcode', true),
    then: [failed('transcode')],
  },
  {
    name: 'a failed preview is no failure while the ladder can still come',
    given: [
      registered,
      uploaded,
      planned('preview', 'transcode'),
      started('transcode'),
      failed('transcode'),
      started('preview'),
    ],
    when: { type: 'ReportStepProgress', data: { ...heldBy('preview'), fraction: 0.5 } },
    then: [{ type: 'StepProgressed', data: { ...heldBy('preview'), fraction: 0.5 } }],
  },
  {
    name: 'failed tags leave the item as it is',
    given: [...inProcess, started('tag')],
    when: fail('tag', true),
    then: [failed('tag')],
  },
  {
    name: 'an item no model could look at goes to a person',
    given: [...inProcess, started('moderate')],
    when: fail('moderate', true),
    then: [
      failed('moderate'),
      {
        type: 'ModerationDecided',
        data: {
          mediaId,
          outcome: 'in_review',
          rule: 'moderation_failed',
          explanation: 'No model could look at this item, so a person has to (ffmpeg_failed: no)',
          ...{ causes: [], policy: null },
        },
      },
    ],
  },
];

const reviews: Spec[] = [
  {
    name: 'an approved review publishes what is playable',
    given: [...inProcess, renditionCompleted(), moderated('in_review')],
    when: review('approve'),
    then: [reviewed('approve'), published],
  },
  {
    name: 'an approved review waits for the first rendition',
    given: [...inProcess, moderated('in_review')],
    when: review('approve'),
    then: [reviewed('approve')],
  },
  {
    name: 'an approved review of what failed meanwhile says so',
    given: [...inProcess, moderated('in_review'), started('transcode'), failed('transcode')],
    when: review('approve'),
    then: [reviewed('approve'), processingFailed('transcode')],
  },
  {
    name: 'a rejected review takes the item down',
    given: [...inProcess, moderated('in_review')],
    when: review('reject'),
    then: [
      reviewed('reject'),
      { type: 'MediaRejected', data: { mediaId, by: 'reviewer', reason: 'because' } },
      { type: 'StepsCancelled', data: { mediaId, steps: ['transcode', 'thumbnails', 'moderate', 'tag'] } },
    ],
  },
  {
    name: 'what still runs for a rejected item is not listened to',
    given: [
      ...inProcess,
      started('transcode'),
      { type: 'MediaRejected', data: { mediaId, by: 'policy', reason: 'r' } },
      { type: 'StepsCancelled', data: { mediaId, steps: ['transcode', 'thumbnails', 'moderate', 'tag'] } },
    ],
    when: record,
    then: [],
  },
  {
    name: 'what is decided already is not reviewed',
    given: [...inProcess, moderated('in_review'), reviewed('approve')],
    when: review('reject'),
    then: { refusedWith: 'not_in_review' },
  },
  {
    name: 'an item in review does not fail over its ladder: the reviewer comes first',
    given: [...inProcess, moderated('in_review'), started('transcode')],
    when: fail('transcode', true),
    then: [failed('transcode')],
  },
];

const later: Spec[] = [
  {
    name: 'a retry names the steps that failed',
    given: [...inProcess, started('transcode'), failed('transcode'), processingFailed('transcode')],
    when: command('RetryProcessing'),
    then: [{ type: 'ProcessingRetried', data: { mediaId, steps: ['transcode'], wasFailed: true } }],
  },
  {
    name: 'without a failed step there is nothing to retry',
    given: inProcess,
    when: command('RetryProcessing'),
    then: { refusedWith: 'nothing_to_retry' },
  },
  {
    name: 'an item whose upload failed is not retried: its file has to be sent again',
    given: [registered, uploadFailed],
    when: command('RetryProcessing'),
    then: { refusedWith: 'upload_failed' },
  },
  {
    name: 'an item whose bytes are still on the way is not retried',
    given: [registered],
    when: command('RetryProcessing'),
    then: { refusedWith: 'still_uploading' },
  },
  {
    name: 'a change keeps only what differs',
    given: [registered],
    when: { type: 'ChangeMediaDetails', data: { mediaId, title: 'New', tags: ['a'] } },
    then: [{ type: 'MediaDetailsChanged', data: { mediaId, title: 'New' } }],
  },
  {
    name: 'a change to the same changes nothing',
    given: [registered],
    when: { type: 'ChangeMediaDetails', data: { mediaId, title: 'Clip' } },
    then: [],
  },
  {
    name: 'a change to the same is kept when it may be repeated after others have changed it',
    given: [registered],
    when: { type: 'ChangeMediaDetails', data: { mediaId, title: 'Clip', mayBeRepeated: true } },
    then: [{ type: 'MediaDetailsChanged', data: { mediaId } }],
  },
  {
    name: 'a change that may be repeated keeps only what differs',
    given: [registered],
    when: { type: 'ChangeMediaDetails', data: { mediaId, title: 'New', tags: ['a'], mayBeRepeated: true } },
    then: [{ type: 'MediaDetailsChanged', data: { mediaId, title: 'New' } }],
  },
  {
    name: 'a change to the same of a deleted item is refused',
    given: [registered, deleted],
    when: { type: 'ChangeMediaDetails', data: { mediaId, title: 'Clip', mayBeRepeated: true } },
    then: { refusedWith: 'media_deleted' },
  },
  {
    name: 'an item can be deleted while it is processed, and lets go of what is still to be done',
    given: [...inProcess, started('transcode'), completed('transcode'), started('tag')],
    when: command('DeleteMedia'),
    then: [{ type: 'StepsCancelled', data: { mediaId, steps: ['thumbnails', 'moderate', 'tag'] } }, deleted],
  },
  {
    name: 'an item nothing is done to is only deleted',
    given: [registered],
    when: command('DeleteMedia'),
    then: [deleted],
  },
  {
    name: 'deleting twice changes nothing',
    given: [registered, deleted],
    when: command('DeleteMedia'),
    then: [],
  },
  {
    name: 'a deleted item may be purged, however often',
    given: [registered, deleted, { type: 'MediaPurged', data: { mediaId } }],
    when: command('ConfirmPurge'),
    then: [],
  },
  {
    name: 'an item that nobody has deleted is not purged',
    given: [registered],
    when: command('ConfirmPurge'),
    then: { refusedWith: 'media_not_deleted' },
  },
  {
    name: 'a purge is told once',
    given: [registered, deleted, { type: 'MediaPurged', data: { mediaId } }],
    when: command('RecordPurge'),
    then: [],
  },
  {
    name: 'a purge that is given up says why, each time',
    given: [registered, deleted, purgeFailed],
    when: { type: 'FailPurge', data: purgeFailed.data },
    then: [purgeFailed],
  },
  {
    name: 'a purge that was given up can still succeed',
    given: [registered, deleted, purgeFailed],
    when: command('RecordPurge'),
    then: [{ type: 'MediaPurged', data: { mediaId } }],
  },
  {
    name: 'a purge that is done has not failed',
    given: [registered, deleted, { type: 'MediaPurged', data: { mediaId } }],
    when: { type: 'FailPurge', data: purgeFailed.data },
    then: [],
  },
];

describe('media', () => {
  const tables = { uploading, attempts, outcomes, reviews, later };
  for (const [title, table] of Object.entries(tables))
    describe(title, () => {
      test.each(table)('$name', (specification) => verify(media.decider, specification));
    });

  test('a probe becomes a plan: sound folded down to stereo, no preview for a short clip', () => {
    const short = { ...probe, durationSeconds: 5 };
    verify(media.decider, {
      name: '',
      given: [registered, uploaded, started('probe')],
      when: { type: 'RecordProbe', data: { ...heldBy('probe'), probe: short } },
      then: [
        { type: 'MediaProbed', data: { mediaId, kind: 'video', probe: short } },
        completed('probe'),
        {
          type: 'ProcessingPlanned',
          data: {
            mediaId,
            steps: [
              { step: 'poster', after: [], input: {} },
              { step: 'transcode', after: [], input: { rungs: ['234p', '360p'], sound: true } },
              { step: 'thumbnails', after: ['poster', 'transcode', 'moderate'], input: {} },
              { step: 'gif', after: ['poster', 'transcode', 'moderate'], input: {} },
              { step: 'captions', after: ['poster', 'transcode', 'moderate'], input: { streamIndex: 1 } },
              { step: 'moderate', after: [], input: {} },
              { step: 'tag', after: ['poster', 'transcode', 'moderate'], input: {} },
              { step: 'text', after: ['poster', 'transcode', 'moderate'], input: {} },
              { step: 'quality', after: ['poster', 'transcode', 'moderate'], input: {} },
            ],
            ladder: [
              {
                name: '234p',
                width: 416,
                height: 234,
                frameRate: 25,
                bitrateBps: 145_000,
                peakBitrateBps: 290_000,
              },
              {
                name: '360p',
                width: 640,
                height: 360,
                frameRate: 25,
                bitrateBps: 365_000,
                peakBitrateBps: 730_000,
              },
            ],
            audio: { streamIndex: 1, bitrateBps: 128_000, channels: 2 },
          },
        },
      ],
    });
  });
});
