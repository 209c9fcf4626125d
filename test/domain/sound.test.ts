import { describe, expect, test } from 'vitest';
import { soundTypeOf } from '../../src/domain/media/content-type.js';
import { media } from '../../src/domain/media/media.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import { planSoundLadder } from '../../src/domain/media/sound-ladder.js';
import { planProcessing } from '../../src/domain/media/steps/plan-processing.js';
import { filesOf } from '../kit/derivatives.js';
import { verify } from '../kit/given-when-then.js';
import {
  completed,
  framesFor,
  heldBy,
  mediaId,
  model,
  registered,
  started,
  uploaded,
} from '../kit/media-fixtures.js';
import { measured, song, songWithCover, soundRendition } from '../kit/sound-fixtures.js';

describe('the qualities of sound', () => {
  test.each([
    ['an MP3 of 192 kbit/s', 'mp3', 192_000, ['64k', '128k']],
    ['an MP3 of 320 kbit/s', 'mp3', 320_000, ['64k', '128k', '256k']],
    ['AAC of exactly 128 kbit/s', 'aac', 128_000, ['64k', '128k']],
    ['speech of 40 kbit/s', 'opus', 40_000, ['40k']],
    ['speech of 12 kbit/s', 'amrnb', 12_200, ['32k']],
    ['a recording that keeps every sample', 'pcm_u8', 64_000, ['64k', '128k', '256k']],
    ['FLAC, of which the bitrate says nothing', 'flac', 90_000, ['64k', '128k', '256k']],
  ])('of %s are never above it', (_name, codec, bitrateBps, expected) => {
    expect(planSoundLadder({ codec, bitrateBps }, null).map(({ name }) => name)).toEqual(expected);
  });

  test('are those of the file where the track tells nothing, and all where nobody does', () => {
    const audio = { codec: 'vorbis', bitrateBps: null };
    expect(planSoundLadder(audio, 100_000).map(({ bitrateBps }) => bitrateBps)).toEqual([64_000]);
    expect(planSoundLadder(audio, null)).toHaveLength(3);
  });
});

test.each([
  ['mp3', 'mp3', 'audio/mpeg'],
  ['mov,mp4,m4a,3gp,3g2,mj2', 'aac', 'audio/mp4'],
  ['matroska,webm', 'opus', 'audio/webm'],
  ['matroska,webm', 'flac', 'audio/matroska'],
  ['something,new', 'aac', null],
])('%s with %s alone is %s', (container, codec, expected) => {
  expect(soundTypeOf(container, codec)).toBe(expected);
});

const stepsOf = (probe: typeof song) => {
  const plan = planProcessing(mediaId, 'audio', probe);
  return plan.type === 'ProcessingPlanned' ? plan.data.steps.map(({ step }) => step) : [];
};

test('a song is heard, judged and published, with a poster only if it has cover art', () => {
  expect(stepsOf(song)).toEqual(['captions', 'sound', 'moderate-sound']);
  expect(stepsOf(songWithCover)).toEqual(['poster', 'captions', 'sound', 'moderate-sound']);
});

const probed = (probe: typeof song): MediaEvent[] => [
  ...[registered, uploaded, started('probe')],
  { type: 'MediaProbed', data: { mediaId, kind: 'audio', probe } },
  completed('probe'),
  planProcessing(mediaId, 'audio', probe),
];
const renditions = [soundRendition('64k'), soundRendition('128k')];
const recordSound = {
  type: 'RecordSound',
  data: { ...heldBy('sound'), sound: measured, renditions, derivatives: filesOf(heldBy('sound')) },
} as const;
const heard: MediaEvent[] = [
  { type: 'SoundMeasured', data: { mediaId, sound: measured } },
  ...renditions.map(
    (rendition): MediaEvent => ({ type: 'RenditionCompleted', data: { mediaId, rendition } }),
  ),
  ...filesOf(heldBy('sound')).map(
    (file): MediaEvent => ({
      type: 'DerivativeGenerated',
      data: {
        mediaId,
        derivative: { ...file, contentType: file.name.endsWith('.m4a') ? 'audio/mp4' : 'application/json' },
      },
    }),
  ),
  completed('sound'),
];
const recordModeration = (
  seen: { readonly model: typeof model; readonly frames: ReturnType<typeof framesFor> } | null,
  sound: 'publish' | 'review' = 'publish',
) =>
  ({
    type: 'RecordSoundModeration',
    data: { ...heldBy('moderate-sound'), seen, policy: { ...DEFAULT_MODERATION_POLICY, sound } },
  }) as const;
const published: MediaEvent = { type: 'MediaPublished', data: { mediaId } };

describe('a song without cover art', () => {
  const given = [...probed(song), started('sound'), started('moderate-sound')];

  test('is published when it has been heard and let through, and nobody claims to have listened', () => {
    verify(media.decider, { name: 'heard first', given, when: recordSound, then: heard });
    const state = [...given, ...heard].reduce(media.decider.evolve, media.decider.initialState);
    const events = media.decider.decide(recordModeration(null), state);
    expect(events).toMatchObject([
      { type: 'ModerationDecided', data: { outcome: 'approved', rule: 'sound_not_listened_to' } },
      completed('moderate-sound'),
      published,
    ]);
    expect(JSON.stringify(events)).toContain('Nobody has listened');
  });

  test('waits for a person where the policy has it so', () => {
    const state = [...given, ...heard].reduce(media.decider.evolve, media.decider.initialState);
    expect(media.decider.decide(recordModeration(null, 'review'), state)).toMatchObject([
      { type: 'ModerationDecided', data: { outcome: 'in_review', rule: 'sound_to_be_heard' } },
      completed('moderate-sound'),
    ]);
  });

  test('fails when its sound cannot be made', () => {
    const failure = { code: 'corrupt_media', message: 'no' } as const;
    verify(media.decider, {
      name: '',
      given,
      when: { type: 'FailStep', data: { ...heldBy('sound'), ...failure, final: true, retryAt: null } },
      then: [
        { type: 'StepFailed', data: { ...heldBy('sound'), ...failure } },
        { type: 'ProcessingFailed', data: { mediaId, step: 'sound', ...failure } },
      ],
    });
  });
});

describe('cover art', () => {
  const given = [
    ...probed(songWithCover),
    ...[started('sound'), started('moderate-sound'), started('poster'), ...heard],
  ];
  const decide = (command: Parameters<typeof media.decider.decide>[0], more: readonly MediaEvent[] = []) =>
    media.decider.decide(
      command,
      [...given, ...more].reduce(media.decider.evolve, media.decider.initialState),
    );
  const drawn: MediaEvent[] = [
    { type: 'PosterGenerated', data: { mediaId, poster: { blobKey: 'p', atSeconds: 0 } } },
    completed('poster'),
  ];

  test('is looked at like a frame: what may be explicit is for a person', () => {
    const [suspicious] = framesFor('in_review');
    if (!suspicious) throw new Error('no frame');
    expect(decide(recordModeration({ model, frames: [suspicious] }), drawn)).toMatchObject([
      { type: 'ModerationScored' },
      { type: 'ModerationDecided', data: { outcome: 'in_review', rule: 'possibly_explicit_frame' } },
      completed('moderate-sound'),
    ]);
  });

  test('that is clear does not speak for the sound', () => {
    const frames = framesFor('approved').slice(0, 1);
    expect(decide(recordModeration({ model, frames }), drawn)).toMatchObject([
      { type: 'ModerationScored' },
      { type: 'ModerationDecided', data: { outcome: 'approved', rule: 'sound_not_listened_to' } },
      completed('moderate-sound'),
      published,
    ]);
    expect(decide(recordModeration({ model, frames }, 'review'), drawn)).toMatchObject([
      { type: 'ModerationScored' },
      { type: 'ModerationDecided', data: { outcome: 'in_review', rule: 'sound_to_be_heard' } },
      completed('moderate-sound'),
    ]);
  });

  test('is waited for with publication, as the poster', () => {
    expect(decide(recordModeration(null)).at(-1)).toEqual(completed('moderate-sound'));
    expect(decide(recordModeration(null), drawn).at(-1)).toEqual(published);
  });
});
