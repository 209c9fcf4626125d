import { z } from 'zod';
import type { DerivativeKind } from '../../../core/derivative.js';
import { mediaKinds } from '../../../core/media-kind.js';
import { scenesName, shortestWithChaptersSeconds } from '../../../core/scene-chapters.js';
import { servedAudio } from '../../../core/served-audio.js';
import { heardTrack } from '../heard-track.js';
import { imageFormats, imageNames, widthsFor } from '../image-sizes.js';
import type { Ladder } from '../kinds/kind-row.js';
import { shownText } from '../shown-text.js';
import { planSoundLadder } from '../sound-ladder.js';
import {
  aboutAddress,
  aboutAudioTrack,
  aboutChunk,
  aboutChunks,
  aboutCover,
  aboutFile,
  aboutImage,
  aboutLadder,
  aboutRenditions,
  aboutSound,
  aboutSpeech,
  aboutStoryboard,
  aboutSuggestions,
  aboutText,
  aboutVideo,
  aboutWidths,
} from './step-payloads.js';
import type { DrawnStepRow, ItemInProgress, StepRow, WantedStep } from './step-row.js';
import { weightOf } from './step-weight.js';

const weight = ({ probe }: ItemInProgress) => (probe ? weightOf(probe.durationSeconds) : undefined);
const once = (isUrgent: boolean) => (): WantedStep[] => [{ isUrgent, input: {} }];

const row = <Input extends z.ZodType, Payload extends z.ZodObject>(of: StepRow<Input, Payload>) => of;
const drawnRow = (of: Omit<DrawnStepRow, keyof typeof aboutVideo>) => ({ ...of, ...aboutVideo });

const othersThanPreview = ({ rungs, previewRungs }: Ladder): readonly string[] =>
  rungs.map(({ name }) => name).filter((name) => !previewRungs.includes(name));

const bitrateOf = (made: readonly { readonly bitrateBps: number }[]): number =>
  made.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0);

/** Counted as people do. */
const chunkPart = (index: number): string => String(index + 1).padStart(3, '0');

/** The kinds of steps that find something to say of an item in words. */
const whatIsDescribed = ['subtitles', 'captions', 'tag', 'text', 'tag-image', 'text-image'];

/** Of every item that there is something to be seen of. */
const poster: DerivativeKind = {
  path: 'poster.jpg',
  contentType: 'image/jpeg',
  summary: 'Poster picture',
  details: z.object({
    atSeconds: z.number(),
    thumbHash: z.string().optional().describe('ThumbHash in Base64: a placeholder of a few bytes'),
    dominantColor: z.string().optional().describe('Of most of it, such as `#a98a66`'),
    perceptualHash: z
      .string()
      .optional()
      .describe('dHash of 64 bits: the fewer differ, the more alike two pictures look'),
  }),
  notFoundCode: 'poster_not_found',
};

const readText: DerivativeKind = {
  path: 'text.json',
  contentType: 'application/json',
  summary:
    'What is to be read in the picture, or in frames of the video: lines, each with its second, how sure the model is, and where it stands, as fractions of the picture',
  details: z.object({ lineCount: z.int() }),
};

/**
 * What an item goes through after its upload, by kind. To add a step: a row here, and its worker with
 * the event it ends in; what a video tool draws (`drawnBy`) needs neither.
 */
export const stepTable = {
  pull: row({
    media: [],
    wanted: () => [], // Who announces a file by its address asks for it, and it ends as an upload does.
    isPublishedWith: false,
    whenFailed: 'item_goes_on', // Its upload has failed, which says it all.
    ...aboutAddress,
    weight: () => undefined,
  }),
  probe: row({
    media: mediaKinds,
    wanted: () => [], // The upload asks for it, and it ends in the plan.
    isPublishedWith: false,
    whenFailed: 'item_fails',
    ...aboutFile,
    weight: () => undefined,
  }),
  poster: row({
    media: ['video', 'audio'],
    wanted: ({ probe }) => (probe.video || probe.cover ? [{ isUrgent: true, input: {} }] : []),
    isPublishedWith: true,
    whenFailed: 'item_fails',
    ...aboutVideo,
    weight,
    derivatives: [poster],
  }),
  preview: row({
    media: ['video'],
    wanted: ({ ladder: { previewRungs } }) =>
      previewRungs.length > 0 ? [{ isUrgent: true, input: { rungs: [...previewRungs], sound: true } }] : [],
    isPublishedWith: false, // Whichever of the two comes first makes the item playable.
    whenFailed: 'item_fails_unless_playable',
    ...aboutLadder,
    weight,
  }),
  transcode: row({
    media: ['video'],
    wanted: ({ ladder, chunks }) => {
      const isFirst = ladder.previewRungs.length === 0;
      if (!chunks)
        return [{ isUrgent: isFirst, input: { rungs: [...othersThanPreview(ladder)], sound: isFirst } }];
      // Sound is not cut: it is encoded as one, beside the chunks.
      return isFirst && ladder.audio ? [{ isUrgent: true, input: { rungs: [], sound: true } }] : [];
    },
    isPublishedWith: false,
    whenFailed: 'item_fails_unless_playable',
    ...aboutLadder,
    weight,
  }),
  chunk: row({
    media: ['video'],
    wanted: ({ ladder, chunks }) =>
      (chunks ?? []).map((range, index) => ({
        part: chunkPart(index),
        isUrgent: ladder.previewRungs.length === 0,
        input: { rungs: [...othersThanPreview(ladder)], ...range },
      })),
    isPublishedWith: false,
    whenFailed: 'item_goes_on', // The join says that it is missing.
    ...aboutChunk,
    weight,
  }),
  join: row({
    media: ['video'],
    wanted: ({ ladder, chunks }) =>
      chunks
        ? [
            {
              isUrgent: ladder.previewRungs.length === 0,
              afterAll: ['chunk'],
              input: {
                rungs: [...othersThanPreview(ladder)],
                chunks: chunks.map((_, index) => `chunk:${chunkPart(index)}`),
              },
            },
          ]
        : [],
    isPublishedWith: false,
    whenFailed: 'item_fails_unless_playable',
    ...aboutChunks,
    weight: () => undefined,
  }),
  'audio-track': row({
    media: ['video'],
    wanted: ({ ladder }) => {
      const { rungs, audio, furtherAudio } = ladder;
      const made = [...rungs, ...(audio ? [audio] : []), ...furtherAudio];
      return furtherAudio.map((track) => ({
        part: String(track.streamIndex),
        isUrgent: false,
        // As many tracks as there is room for, the first before those behind.
        input: { audio: { ...track }, besidesBps: bitrateOf(made.slice(0, made.indexOf(track))) },
      }));
    },
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    ...aboutAudioTrack,
    weight,
  }),
  thumbnails: row({
    media: ['video'],
    wanted: once(false),
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    ...aboutStoryboard,
    weight,
  }),
  gif: drawnRow({
    media: ['video'],
    wanted: once(false),
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    drawnBy: 'previewGif',
    weight,
    derivatives: [
      {
        path: 'preview.gif',
        contentType: 'image/gif',
        summary: 'Animated preview: a few seconds without sound',
        details: z.object({ startSeconds: z.number().describe('When in the video it begins') }),
        notFoundCode: 'preview_gif_not_found',
      },
    ],
  }),
  scenes: drawnRow({
    media: ['video'],
    // Chapters that people put into a file are better than any of ours.
    wanted: ({ probe: { chapters = [], durationSeconds } }) =>
      chapters.length > 0 || durationSeconds < shortestWithChaptersSeconds
        ? []
        : [{ isUrgent: false, input: {} }],
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    drawnBy: 'sceneChapters',
    weight,
    derivatives: [
      {
        path: scenesName,
        contentType: 'application/json',
        summary: 'Chapters of a film whose file has none, made of its scenes; empty where these are few',
        details: z.object({
          chapters: z.array(z.object({ startSeconds: z.number(), endSeconds: z.number() })),
        }),
      },
    ],
  }),
  subtitles: row({
    media: ['video'],
    wanted: ({ probe }) => {
      const tracks = shownText(probe);
      return tracks.length > 0 ? [{ isUrgent: false, input: { tracks } }] : [];
    },
    isPublishedWith: false, // It can be watched without, and they are offered from when they are there.
    whenFailed: 'item_goes_on',
    ...aboutText,
    weight,
    derivatives: [
      {
        path: 'subtitles/:file',
        contentType: { vtt: 'text/vtt', m3u8: 'application/vnd.apple.mpegurl' },
        summary:
          'Subtitles in one of their languages as WebVTT, `2.vtt`, or as a playlist of it, `2.m3u8`: numbered as their track in the file is',
        details: z.object({
          streamIndex: z.int(),
          language: z.string().nullable().describe('As the file tells it'),
          cueCount: z.int(),
          characterSet: z
            .string()
            .describe('`utf-8`, or which had to be guessed at for texts that are not written in it'),
        }),
      },
    ],
  }),
  captions: row({
    media: ['video', 'audio'],
    wanted: ({ probe }) => {
      const streamIndex = heardTrack(probe);
      return streamIndex === null ? [] : [{ isUrgent: false, input: { streamIndex } }];
    },
    isPublishedWith: false, // As subtitles.
    whenFailed: 'item_goes_on',
    ...aboutSpeech,
    weight,
    derivatives: [
      {
        path: 'captions/:file',
        contentType: { vtt: 'text/vtt', m3u8: 'application/vnd.apple.mpegurl' },
        summary:
          'What is said, written down by a model, as WebVTT, `en.vtt`, or as a playlist of it, `en.m3u8`: named as its language',
        details: z.object({ language: z.string(), cueCount: z.int() }),
      },
    ],
  }),
  moderate: row({
    media: ['video'],
    wanted: once(true),
    isPublishedWith: false, // The approval is waited for, which a person may give as well.
    whenFailed: 'person_judges',
    ...aboutVideo,
    weight,
  }),
  tag: row({
    media: ['video'],
    wanted: once(false),
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    ...aboutVideo,
    weight,
  }),
  text: row({
    media: ['video'],
    wanted: once(false),
    isPublishedWith: false, // As captions.
    whenFailed: 'item_goes_on',
    ...aboutVideo,
    weight,
    derivatives: [readText],
  }),
  quality: row({
    media: ['video'],
    wanted: ({ ladder, chunks }) => {
      // Where there is no preview, the ladder is what comes first.
      const rest = ladder.previewRungs.length > 0 ? { afterAll: [chunks ? 'join' : 'transcode'] } : {};
      return [{ isUrgent: false, ...rest, input: {} }];
    },
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    isOfFirstPlanOnly: true,
    ...aboutRenditions,
    weight,
  }),
  sound: row({
    media: ['audio'],
    wanted: ({ probe }) => {
      const audio = servedAudio(probe.audio);
      return audio ? [{ isUrgent: true, input: { rungs: planSoundLadder(audio, probe.bitrateBps) } }] : [];
    },
    isPublishedWith: true,
    whenFailed: 'item_fails',
    ...aboutSound,
    weight,
    derivatives: [
      {
        path: 'audio.m4a',
        contentType: 'audio/mp4',
        summary: 'The whole sound as one file, AAC in its best quality',
        details: z.object({
          durationSeconds: z.number(),
          gainDb: z.number().describe('By how much it was made louder, or less loud'),
          isLimited: z.boolean().describe('Peaks were taken off for it'),
          integratedLufs: z.number().nullable().describe('As it is in this file'),
          truePeakDbtp: z.number().nullable().describe('As it is in this file'),
        }),
      },
      {
        path: 'waveform.json',
        contentType: 'application/json',
        summary: 'Waveform of the sound as it was uploaded, in the JSON format of audiowaveform, version 2',
        details: z.object({ samplesPerPixel: z.int(), length: z.int().describe('Pairs of values') }),
      },
    ],
  }),
  'moderate-sound': row({
    media: ['audio'],
    wanted: once(true),
    isPublishedWith: false, // The approval is waited for, which a person may give as well.
    whenFailed: 'person_judges',
    ...aboutCover,
    weight,
  }),
  image: row({
    media: ['image'],
    wanted: ({ probe: { image } }) =>
      image ? [{ isUrgent: true, input: { widths: [...widthsFor(image.width)] } }] : [],
    isPublishedWith: true,
    whenFailed: 'item_fails',
    ...aboutWidths,
    weight: () => undefined,
    derivatives: [
      {
        path: 'image/:file',
        contentType: imageFormats,
        summary: 'A picture in one of its widths and formats: `640.webp`',
        details: z.object({ width: z.int(), height: z.int(), isAnimated: z.boolean() }),
        names: { all: imageNames, otherCode: 'unknown_image_size' },
      },
      poster,
    ],
  }),
  'moderate-image': row({
    media: ['image'],
    wanted: once(true),
    isPublishedWith: false, // As of videos.
    whenFailed: 'person_judges',
    ...aboutImage,
    weight: () => undefined,
  }),
  'tag-image': row({
    media: ['image'],
    wanted: once(false),
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    ...aboutImage,
    weight: () => undefined,
  }),
  'text-image': row({
    media: ['image'],
    wanted: once(false),
    isPublishedWith: false,
    whenFailed: 'item_goes_on',
    ...aboutImage,
    weight: () => undefined,
    derivatives: [readText],
  }),
  suggest: row({
    media: mediaKinds,
    // After all that it is made of, whichever of it there is, and however that ended.
    wanted: ({ suggestions }) =>
      suggestions ? [{ isUrgent: false, afterAll: [...whatIsDescribed], input: { use: suggestions } }] : [],
    isPublishedWith: false, // A suggestion is nothing that is shown.
    whenFailed: 'item_goes_on',
    ...aboutSuggestions,
    weight: () => undefined,
  }),
} satisfies Readonly<Record<string, StepRow>>;

/** The kinds of steps whose rows say which tool does them. */
export type DrawnStepKind = {
  [Kind in keyof typeof stepTable]: (typeof stepTable)[Kind] extends DrawnStepRow ? Kind : never;
}[keyof typeof stepTable];
export const drawnStepKinds = Object.entries<StepRow | DrawnStepRow>(stepTable).flatMap(([kind, of]) =>
  'drawnBy' in of ? [kind as DrawnStepKind] : [],
);

/** Every kind of file that some step makes to be served. */
export const derivativeKinds: readonly DerivativeKind[] = [
  ...new Set(Object.values<StepRow>(stepTable).flatMap(({ derivatives = [] }) => derivatives)),
];
