import { describe, expect, test } from 'vitest';
import { decideMedia } from '../../src/domain/media/decide-media.js';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { evolveMedia, initialMediaState } from '../../src/domain/media/media-state.js';
import type { AudioRung, Probe } from '../../src/domain/media/media-values.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  failed,
  heldBy,
  mediaId,
  moderated,
  photograph,
  planned,
  planOf,
  probe,
  probedItem,
  processingFailed,
  published,
  registered,
  renditionCompleted,
  started,
} from '../kit/media-fixtures.js';

type Spec = Specification<MediaCommand, MediaEvent>;

const audio: AudioRung = { streamIndex: 1, bitrateBps: 128_000, channels: 2 };
/** As a release planned it that knew neither captions nor subtitles nor further tracks. */
const old: readonly MediaEvent[] = [
  ...probedItem,
  planOf(['poster', 'transcode', 'thumbnails', 'moderate', 'tag'], { audio }),
  ...(['poster', 'transcode', 'moderate', 'thumbnails', 'tag'] as const).flatMap((step) => [
    started(step),
    completed(step),
  ]),
  ...[renditionCompleted(), moderated('approved'), published],
];
const extend: MediaCommand = { type: 'ExtendProcessing', data: { mediaId } };
const lookedAtAgain: MediaEvent = {
  type: 'ProcessingRetried',
  data: { mediaId, steps: ['probe'], wasFailed: false },
};

const asked: Spec[] = [
  { name: 'a published item is looked at once more', given: old, when: extend, then: [lookedAtAgain] },
  {
    name: 'while it is looked at, asking again is told to wait',
    given: [...old, lookedAtAgain],
    when: extend,
    then: { refusedWith: 'still_processing' },
  },
  {
    name: 'an item that waits for a person is looked at as well',
    given: [...old.slice(0, -2), moderated('in_review')],
    when: extend,
    then: [lookedAtAgain],
  },
  {
    name: 'an item in the middle of its steps has all of today’s',
    given: [...probedItem, planned('transcode', 'moderate')],
    when: extend,
    then: { refusedWith: 'still_processing' },
  },
  {
    name: 'a rejected item is left alone',
    given: [...old, { type: 'MediaRejected', data: { mediaId, by: 'reviewer', reason: 'no' } }],
    when: extend,
    then: { refusedWith: 'media_rejected' },
  },
  {
    name: 'a failed item is for a retry',
    given: [
      ...[...probedItem, planned('transcode'), started('transcode'), failed('transcode')],
      processingFailed('transcode'),
    ],
    when: extend,
    then: { refusedWith: 'processing_failed' },
  },
  {
    name: 'a deleted item is gone',
    given: [...old, { type: 'MediaDeleted', data: { mediaId } }],
    when: extend,
    then: { refusedWith: 'media_deleted' },
  },
  {
    name: 'an upload on its way has nothing to look at',
    given: [registered],
    when: extend,
    then: { refusedWith: 'still_uploading' },
  },
  {
    name: 'a file that cannot be looked at any more leaves the item published',
    given: [...old, lookedAtAgain, started('probe', 'j2')],
    when: {
      type: 'FailStep',
      data: { ...heldBy('probe', 'j2'), code: 'not_media', message: 'no', final: true, retryAt: null },
    },
    then: [
      {
        type: 'StepFailed',
        data: { ...heldBy('probe', 'j2'), code: 'not_media', message: 'no' },
      },
    ],
  },
];

describe('an item that an earlier release has processed', () => {
  test.each(asked)('$name', (spec) => verify(media.decider, spec));
});

const track = (streamIndex: number, language: string, isDefault = false) => ({
  ...{ streamIndex, codec: 'aac', channels: 2, sampleRateHz: 48_000, bitrateBps: null, language, isDefault },
});
const subtitle = { codec: 'subrip', language: 'de', streamIndex: 4 };

/** What is planned when the file turns out to be this. */
function stepsFoundIn(found: Probe, history: readonly MediaEvent[] = old): string[] | undefined {
  const given = [...history, lookedAtAgain, started('probe', 'j2')];
  const state = given.reduce(evolveMedia, initialMediaState);
  const events = decideMedia(
    { type: 'RecordProbe', data: { ...heldBy('probe', 'j2'), probe: found } },
    state,
  );
  expect(events.at(-1)).toEqual(completed('probe', 'j2'));
  return events
    .flatMap((event) => (event.type === 'ProcessingExtended' ? [event.data] : []))[0]
    ?.steps.map(({ step }) => step);
}

describe('what an item of an earlier release is given', () => {
  test('is what that release did not know, and nothing that plays already', () => {
    expect(stepsFoundIn({ ...probe, subtitles: [subtitle] })).toEqual([
      'gif',
      'subtitles',
      'captions',
      'text',
    ]);
  });

  test('are the further tracks of sound beside the one it plays', () => {
    const audio = [track(1, 'en', true), track(2, 'de')];
    expect(stepsFoundIn({ ...probe, audio })).toContain('audio-track:2');
  });

  test('are no further tracks where another than that would be the main one by now', () => {
    const audio = [track(1, 'en'), track(2, 'de', true)];
    expect(stepsFoundIn({ ...probe, audio })?.filter((step) => step.startsWith('audio-track'))).toEqual([]);
  });

  test('are no chunks of a film, however long', () => {
    const steps = stepsFoundIn({ ...probe, durationSeconds: 7200 });
    expect(steps).toEqual(['gif', 'scenes', 'captions', 'text']);
  });

  test('is nothing twice: asked again, what it was given is there', () => {
    const given = stepsFoundIn(probe) ?? [];
    const history: MediaEvent[] = [
      ...old,
      {
        type: 'ProcessingExtended',
        data: { mediaId, probe, steps: [{ step: 'captions', after: [], input: { streamIndex: 1 } }] },
      },
      ...[started('captions'), completed('captions')],
    ];
    expect(stepsFoundIn(probe, history)).toEqual(given.filter((step) => step !== 'captions'));
  });

  test('is nothing where the file is taken for another kind of media', () => {
    expect(stepsFoundIn(photograph)).toBeUndefined();
  });

  test('is done while it is published', () => {
    const state = [...old, lookedAtAgain, started('probe', 'j2')].reduce(evolveMedia, initialMediaState);
    const record: MediaCommand = { type: 'RecordProbe', data: { ...heldBy('probe', 'j2'), probe } };
    expect(decideMedia(record, state).reduce(evolveMedia, state)).toMatchObject({
      published: true,
      steps: { captions: { status: 'queued' } },
    });
  });
});
