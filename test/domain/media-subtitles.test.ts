import { describe, expect, test } from 'vitest';
import { media } from '../../src/domain/media/media.js';
import type { MediaCommand, MediaCommandOf } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { Probe } from '../../src/domain/media/media-values.js';
import { planSteps } from '../../src/domain/media/steps/plan-steps.js';
import { stepRequest } from '../../src/domain/media/steps/step-request.js';
import { type Specification, verify } from '../kit/given-when-then.js';
import {
  completed,
  failed,
  failStep,
  heldBy,
  mediaId,
  moderated,
  planned,
  probe,
  probedItem,
  published,
  renditionCompleted,
  started,
} from '../kit/media-fixtures.js';

const withText: Probe = {
  ...probe,
  subtitles: [
    { codec: 'subrip', language: 'eng', streamIndex: 2, isDefault: true },
    { codec: 'hdmv_pgs_subtitle', language: 'eng', streamIndex: 3 },
    { codec: 'ass', language: null, streamIndex: 4 },
  ],
  leftOut: [{ streamIndex: 3, kind: 'subtitle', codec: 'hdmv_pgs_subtitle', reason: 'bitmap_subtitles' }],
};
const ladder = { rungs: [], previewRungs: [], audio: null, furtherAudio: [] };
const stepsFor = (found: Probe) =>
  planSteps({ kind: 'video', probe: found, ladder, chunks: null }).filter(({ step }) => step === 'subtitles');

describe('subtitles are a step', () => {
  test('of films with text that may be shown, after all that these are published with', () => {
    expect(stepsFor(withText)).toEqual([
      { step: 'subtitles', after: ['poster', 'transcode', 'moderate'], input: { tracks: [2, 4] } },
    ]);
  });

  test('of no others, nor of those of which an earlier release did not tell which tracks they are', () => {
    expect(stepsFor(probe)).toEqual([]);
    expect(stepsFor({ ...probe, subtitles: [{ codec: 'subrip', language: 'eng' }] })).toEqual([]);
  });

  test('whose worker is told each track and how long the film is', () => {
    const item = { mediaId, blobKey: 'b', probe: withText, ladder: [], audio: null };
    expect(stepRequest('subtitles', { tracks: [2, 4] }, item).payload).toEqual({
      ...{ mediaId, blobKey: 'b', durationSeconds: 30 },
      tracks: [
        { streamIndex: 2, codec: 'subrip', language: 'eng' },
        { streamIndex: 4, codec: 'ass', language: null },
      ],
    });
  });
});

const details = { streamIndex: 2, language: 'eng', cueCount: 9, characterSet: 'utf-8' };
const file = {
  name: 'subtitles/2.vtt',
  blobKey: 'media/m1/subtitles/j1-1/subtitles/2.vtt',
  sizeBytes: 900,
  details,
};
const record = (change: Partial<MediaCommandOf<'RecordSubtitles'>['data']>): MediaCommand => ({
  type: 'RecordSubtitles',
  data: { ...heldBy('subtitles'), derivatives: [], leftOut: [], ...change },
});
const written: MediaEvent = {
  type: 'DerivativeGenerated',
  data: { mediaId, derivative: { ...file, contentType: 'text/vtt' } },
};
const leftOut = [
  { streamIndex: 4, kind: 'subtitle' as const, codec: 'ass', reason: 'cannot_be_decoded' as const },
];
const texts = [{ language: 'eng', streamIndex: 2, lines: [{ atSeconds: 1, text: 'Hello' }] }];
const begun: readonly MediaEvent[] = [
  ...[...probedItem, planned('transcode', 'subtitles', 'moderate'), started('transcode')],
  ...[moderated('approved'), renditionCompleted(), completed('transcode'), published, started('subtitles')],
];

const specifications: Specification<MediaCommand, MediaEvent>[] = [
  {
    name: 'come to an item that is published',
    given: begun,
    when: record({ derivatives: [file] }),
    then: [written, completed('subtitles')],
  },
  {
    name: 'of which nothing can be shown are told beside those that can',
    given: begun,
    when: record({ derivatives: [file], leftOut }),
    then: [written, { type: 'TracksLeftOut', data: { mediaId, tracks: leftOut } }, completed('subtitles')],
  },
  {
    name: 'tell what they say, to be searched',
    given: begun,
    when: record({ derivatives: [file], texts }),
    then: [
      written,
      { type: 'TextFound', data: { mediaId, origin: 'subtitles', model: null, texts } },
      completed('subtitles'),
    ],
  },
  {
    name: 'may all be such',
    given: begun,
    when: record({ leftOut }),
    then: [{ type: 'TracksLeftOut', data: { mediaId, tracks: leftOut } }, completed('subtitles')],
  },
  {
    name: 'that cannot be made leave their film published',
    given: begun,
    when: failStep('subtitles'),
    then: [failed('subtitles')],
  },
  {
    name: 'end no other step',
    given: [...probedItem, planned('gif'), started('gif')],
    when: { type: 'RecordSubtitles', data: { ...heldBy('gif'), derivatives: [], leftOut: [] } },
    then: [],
  },
];

describe('subtitles', () => {
  test.each(specifications)('$name', (specification) => verify(media.decider, specification));
});
