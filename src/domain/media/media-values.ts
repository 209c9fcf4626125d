import { z } from 'zod';
import { mediaKinds } from '../../core/media-kind.js';
import { leftOutKinds, leftOutReasons } from '../../core/media-probe.js';
import { imageSchema, photoSchema } from './image-values.js';
import { songSchema } from './sound-values.js';

/** What an upload turned out to be. */
export const mediaKindSchema = z.enum(mediaKinds);

const videoStreamSchema = z.object({
  streamIndex: z.int(),
  codec: z.string(),
  profile: z.string().nullable(),
  codedWidth: z.int().describe('As stored'),
  codedHeight: z.int().describe('As stored'),
  width: z.int().describe('As shown, after rotation'),
  height: z.int().describe('As shown, after rotation'),
  isMirrored: z
    .boolean()
    .default(false) // Jobs of earlier releases do not tell.
    .describe('Left to right, before it is turned'),
  rotationDegrees: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  frameRate: z.number(),
  frameCount: z.int().nullable(),
  durationSeconds: z
    .number()
    .nullable()
    .default(null) // Jobs of earlier releases do not tell.
    .describe('Until when pictures are shown, from the beginning of the file'),
  longestSeekSeconds: z
    .number()
    .exactOptional()
    .describe(
      'From any moment back to the keyframe before it, at the most; absent where going to a moment is not to be trusted, and in earlier releases',
    ),
  pixelFormat: z.string(),
  bitDepth: z.int(),
  bitrateBps: z.number().nullable(),
  colorPrimaries: z.string().nullable(),
  colorTransfer: z.string().nullable(),
  colorSpace: z.string().nullable(),
  colorRange: z
    .enum(['tv', 'pc'])
    .nullable()
    .default(null) // Jobs of earlier releases do not tell.
    .describe('Studio range or full range'),
  isHdr: z.boolean(),
});

const audioStreamSchema = z.object({
  streamIndex: z.int(),
  codec: z.string(),
  channels: z.int(),
  sampleRateHz: z.int(),
  bitrateBps: z.number().nullable(),
  language: z.string().nullable(),
  isDefault: z.boolean(),
  isDescription: z
    .literal(true)
    .exactOptional()
    .describe('It says what is to be seen, for those who cannot see it'),
  isCommentary: z.literal(true).exactOptional().describe('Somebody speaks about the film'),
});

/** Earlier releases told codec and language alone. */
const subtitleStreamSchema = z.object({
  codec: z.string(),
  language: z.string().nullable(),
  streamIndex: z.int().exactOptional(),
  isDefault: z.literal(true).exactOptional(),
  isForced: z
    .literal(true)
    .exactOptional()
    .describe('Of what is not in the language that is heard: signs, and a few words'),
  isForHearingImpaired: z.literal(true).exactOptional().describe('It tells of sounds as well'),
  isCommentary: z.literal(true).exactOptional().describe('What somebody says about the film'),
});

const chapterSchema = z.object({
  startSeconds: z.number().describe('From the beginning of the file'),
  endSeconds: z.number(),
  title: z.string().nullable(),
});

export const leftOutTrackSchema = z.object({
  streamIndex: z.int(),
  kind: z.enum(leftOutKinds),
  codec: z.string(),
  reason: z.enum(leftOutReasons),
});

/** The same shape as the port's `MediaProbe`: what a probe found is what history keeps. */
export const probeSchema = z.object({
  container: z.string(),
  durationSeconds: z.number(),
  bitrateBps: z.number().nullable(),
  sizeBytes: z.number(),
  image: imageSchema.nullable().describe('What is of no length, or moves without sound; null for all else'),
  photo: photoSchema
    .nullable()
    .describe('What the camera and people wrote into it: how, when and where it was taken'),
  video: videoStreamSchema.nullable(),
  cover: videoStreamSchema.nullable().describe('Cover art of what is sound alone'),
  song: songSchema.nullable().describe('What a recording tells of itself; null where there is a picture'),
  audio: z.array(audioStreamSchema),
  subtitles: z.array(subtitleStreamSchema),
  trackTitles: z
    .record(z.string(), z.string())
    .exactOptional()
    .describe('What people called its tracks of sound and of text, by their index in the file'),
  chapters: z.array(chapterSchema).exactOptional(),
  leftOut: z.array(leftOutTrackSchema).describe('Tracks that can never be served, and why'),
  tags: z.record(z.string(), z.string()),
});
export type Probe = z.infer<typeof probeSchema>;

export const rungSchema = z.object({
  name: z.string(),
  width: z.int(),
  height: z.int(),
  frameRate: z.number(),
  bitrateBps: z.number(),
  peakBitrateBps: z.number(),
});
export type LadderRung = z.infer<typeof rungSchema>;

export const audioRungSchema = z.object({
  streamIndex: z.int(),
  bitrateBps: z.number(),
  channels: z.int(),
  paddedToSeconds: z
    .number()
    .exactOptional()
    .describe('Silence is put behind it until then; absent where it is the only track'),
});
export type AudioRung = z.infer<typeof audioRungSchema>;

export const renditionSchema = z.object({
  name: z.string(),
  kind: z.enum(['video', 'audio']),
  width: z.int().nullable().describe('null for audio'),
  height: z.int().nullable().describe('null for audio'),
  frameRate: z.number().nullable().describe('null for audio'),
  averageBitrateBps: z.number(),
  peakBitrateBps: z.number(),
  codecs: z.string(),
  segmentCount: z.int(),
  sizeBytes: z.number(),
  durationSeconds: z.number(),
  blobPrefix: z
    .string()
    .describe('Where its playlist and segments are; each attempt writes to a place of its own'),
  inChunks: z
    .literal(true)
    .optional()
    .describe('Its segments are those of the chunks it was encoded in, and lie with them'),
});
export type Rendition = z.infer<typeof renditionSchema>;

/** A part of a film, encoded in all its rungs. */
export const encodedChunkSchema = z.object({
  step: z.string().describe('Which made it'),
  blobPrefix: z.string().describe('Where its segments are, and beside them what the join has to know'),
  sizeBytes: z.int(),
});
export type EncodedChunkPlace = z.infer<typeof encodedChunkSchema>;

export const posterSchema = z.object({
  blobKey: z.string(),
  atSeconds: z.number(),
  thumbHash: z
    .string()
    .optional()
    .describe('ThumbHash in Base64: a placeholder of a few bytes; earlier releases made none of films'),
});
export type MediaPoster = z.infer<typeof posterSchema>;

export const derivativeSchema = z.object({
  name: z.string().describe('Under which it is served, below the address of its item'),
  contentType: z.string(),
  sizeBytes: z.int(),
  blobKey: z.string(),
  details: z.record(z.string(), z.json()).describe('What the row of its step has such a file tell'),
});
export type GeneratedDerivative = z.infer<typeof derivativeSchema>;

export const previewGifSchema = z.object({
  blobKey: z.string(),
  startSeconds: z.number().describe('When in the video it begins'),
  sizeBytes: z.int(),
});

export const storyboardSchema = z.object({
  blobPrefix: z.string(),
  sprites: z.array(z.string()),
  columns: z.int(),
  rows: z.int(),
  tileWidth: z.int(),
  tileHeight: z.int(),
  tileCount: z.int(),
  intervalSeconds: z.number(),
});

export const foundTextSchema = z.object({
  language: z.string().nullable(),
  streamIndex: z.int().nullable().describe('Of its track in the file; null where it is no track'),
  lines: z.array(
    z.object({
      atSeconds: z.number().describe('When it is said or shown; 0 in a picture'),
      text: z.string(),
    }),
  ),
});

export const modelSchema = z.object({
  ...{ provider: z.string(), model: z.string(), version: z.string() },
  promptVersion: z
    .string()
    .exactOptional()
    .describe('Of the words it was asked in; absent where it was not asked in words'),
  tokens: z
    .object({ input: z.int(), output: z.int() })
    .exactOptional()
    .describe('What its provider counted; absent where it counts none'),
  costMicros: z
    .int()
    .exactOptional()
    .describe('Millionths of what prices are in; absent where the operator has named none'),
});

export const tagSchema = z.object({
  label: z.string(),
  confidence: z.number().describe('0..1, the highest seen'),
  appearances: z.array(z.object({ startSeconds: z.number(), endSeconds: z.number() })),
});
export type Tag = z.infer<typeof tagSchema>;
