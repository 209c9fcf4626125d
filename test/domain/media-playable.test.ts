import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { Rendition } from '../../src/domain/media/media-values.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  failed,
  failStep,
  heldBy,
  mediaId,
  moderated,
  planOf,
  probe,
  processingFailed,
  published,
  recordRenditions,
  registered,
  rendition,
  renditionCompleted,
  started,
  uploaded,
} from '../kit/media-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;

const sound: Rendition = { ...rendition('audio'), kind: 'audio', width: null, height: null, frameRate: null };
const soundCompleted: MediaEvent = { type: 'RenditionCompleted', data: { mediaId, rendition: sound } };
/** Approved, and planned with sound that the preview brings along. */
const withSound: readonly MediaEvent[] = [
  registered,
  uploaded,
  { type: 'MediaProbed', data: { mediaId, kind: 'video', probe } },
  planOf(['preview', 'transcode', 'moderate'], {
    previewRungs: ['360p'],
    audio: { streamIndex: 1, bitrateBps: 128_000, channels: 2 },
  }),
  moderated('approved'),
];

const specifications: Spec[] = [
  {
    name: 'picture and sound make it so',
    given: [...withSound, started('preview')],
    when: recordRenditions('preview', rendition('360p'), sound),
    then: [renditionCompleted('360p'), soundCompleted, completed('preview'), published],
  },
  {
    name: 'a picture alone does not where there is sound to come',
    given: [...withSound, started('transcode')],
    when: recordRenditions('transcode', rendition('540p')),
    then: [renditionCompleted('540p'), completed('transcode')],
  },
  {
    name: 'the sound that comes last publishes it',
    given: [...withSound, renditionCompleted('540p'), completed('transcode'), started('preview')],
    when: recordRenditions('preview', rendition('360p'), sound),
    then: [renditionCompleted('360p'), soundCompleted, completed('preview'), published],
  },
  {
    name: 'an item whose sound cannot be made has failed, whatever pictures there are',
    given: [...withSound, renditionCompleted('540p'), completed('transcode'), started('preview')],
    when: failStep('preview'),
    then: [failed('preview'), processingFailed('preview')],
  },
  {
    name: 'a preview that failed is no failure while the ladder is open',
    given: [...withSound, started('preview')],
    when: failStep('preview'),
    then: [failed('preview')],
  },
  {
    name: 'a ladder that came without the sound of a failed preview is a failure',
    given: [...withSound, started('preview'), failed('preview'), started('transcode')],
    when: recordRenditions('transcode', rendition('540p')),
    then: [renditionCompleted('540p'), completed('transcode'), processingFailed('preview')],
  },
  {
    name: 'when both have failed, the ladder is named',
    given: [...withSound, started('preview'), failed('preview'), started('transcode')],
    when: failStep('transcode'),
    then: [failed('transcode'), processingFailed('transcode')],
  },
  {
    name: 'a failure is told once',
    given: [
      ...withSound,
      ...[started('preview'), failed('preview'), started('transcode'), failed('transcode')],
      processingFailed('transcode'),
      started('moderate'),
    ],
    when: failStep('moderate'),
    then: [failed('moderate')],
  },
  {
    name: 'a failed step that is replayed can still publish the item',
    given: [
      ...withSound,
      ...[started('preview'), failed('preview'), started('transcode'), failed('transcode')],
      processingFailed('transcode'),
      started('preview', 'j2'),
    ],
    when: {
      ...recordRenditions('preview'),
      data: { ...heldBy('preview', 'j2'), renditions: [rendition(), sound] },
    },
    then: [renditionCompleted(), soundCompleted, completed('preview', 'j2'), published],
  } as Spec,
  {
    name: 'an attempt that failed may begin once more and is listened to again',
    given: [
      ...withSound,
      started('preview'),
      {
        type: 'StepAttemptFailed',
        data: { ...heldBy('preview'), code: 'ffmpeg_failed', message: 'no', retryAt: null },
      },
    ],
    when: { type: 'StartStep', data: heldBy('preview') },
    then: [started('preview')],
  },
];

describe('what makes an item playable', () => {
  test.each(specifications)('$name', (specification) => verify(media.decider, specification));
});

describe('the plan', () => {
  const planFor = (change: object) => {
    const state = [registered, uploaded, started('probe')].reduce(
      media.decider.evolve,
      media.decider.initialState,
    );
    const events = media.decider.decide(
      { type: 'RecordProbe', data: { ...heldBy('probe'), probe: { ...probe, ...change } } },
      state,
    );
    const plan = events.find((event) => event.type === 'ProcessingPlanned');
    return plan?.type === 'ProcessingPlanned' ? plan.data : undefined;
  };
  const stepsIn = (plan: ReturnType<typeof planFor>) => plan?.steps.map(({ step }) => step);
  const fullHd = { video: { ...probe.video, width: 1920, height: 1080 } };

  test('of a long video begins with the highest rung that is quickly made', () => {
    const plan = planFor({ ...fullHd, durationSeconds: 10 });
    const first = ['poster', 'preview', 'moderate'];
    const others = ['234p', '432p', '540p', '720p', '1080p'];
    expect(plan?.steps).toEqual([
      { step: 'poster', after: [], input: {} },
      { step: 'preview', after: [], input: { rungs: ['360p'], sound: true } },
      { step: 'transcode', after: first, input: { rungs: others, sound: false } },
      { step: 'thumbnails', after: first, input: {} },
      { step: 'gif', after: first, input: {} },
      { step: 'captions', after: first, input: { streamIndex: 1 } },
      { step: 'moderate', after: [], input: {} },
      { step: 'tag', after: first, input: {} },
      { step: 'text', after: first, input: {} },
      { step: 'quality', after: [...first, 'transcode'], input: {} },
    ]);
  });

  test('of a short video has no preview', () => {
    expect(stepsIn(planFor({ ...fullHd, durationSeconds: 9.9 }))).toEqual([
      ...['poster', 'transcode', 'thumbnails', 'gif', 'captions', 'moderate', 'tag', 'text', 'quality'],
    ]);
  });

  test('of a video with a single rung has no preview, however long', () => {
    const tiny = { video: { ...probe.video, width: 240, height: 136 }, durationSeconds: 3600 };
    expect(stepsIn(planFor(tiny))).not.toContain('preview');
  });

  test('takes the sound that the file marks as its own, or the first', () => {
    const [first] = probe.audio;
    const tracks = [
      { ...first, streamIndex: 1, isDefault: false, channels: 1 },
      { ...first, streamIndex: 2, isDefault: true, channels: 6 },
    ];
    expect(planFor({ audio: tracks })?.audio).toMatchObject({ streamIndex: 2, channels: 2 });
    expect(planFor({ audio: tracks.slice(0, 1) })?.audio).toMatchObject({ streamIndex: 1, channels: 1 });
    expect(planFor({ audio: [] })?.audio).toBeNull();
  });

  test('keeps to the bitrate of the whole file where the picture’s own is not known', () => {
    const plan = planFor({ video: { ...probe.video, bitrateBps: null }, bitrateBps: 200_000 });
    expect(plan?.ladder.at(-1)?.bitrateBps).toBe(220_000);
  });
});
