import { z } from 'zod';
import { leftOutKinds, leftOutReasons } from '../core/media-probe.js';
import type { MediaStatus } from '../core/readers/media-library.js';
import { chapterSources } from '../core/readers/served-chapters.js';
import { audioTrackSchema } from './audio-tracks.js';
import { subtitleTrackSchema } from './shown-subtitles.js';

export const mediaStatusSchema = z.enum([
  'uploading',
  'processing',
  'in_review',
  'published',
  'rejected',
  'failed',
  'deleted',
] satisfies MediaStatus[]);

const renditionSchema = z.object({
  name: z.string(),
  kind: z.enum(['video', 'audio']),
  width: z.number().nullable(),
  height: z.number().nullable(),
  frameRate: z.number().nullable(),
  averageBitrateBps: z.number(),
  peakBitrateBps: z.number(),
  codecs: z.string(),
  sizeBytes: z.number(),
  durationSeconds: z.number(),
});

const leftOutSchema = z.object({
  streamIndex: z.number().describe('Of the file'),
  kind: z.enum(leftOutKinds),
  codec: z.string(),
  reason: z.enum(leftOutReasons),
});

const derivativeSchema = z.object({
  name: z.string(),
  url: z.string().describe('Path on this server'),
  contentType: z.string(),
  sizeBytes: z.number().nullable().describe('Null where an earlier release made it'),
  details: z
    .record(z.string(), z.json().register(z.globalRegistry, { id: 'JsonValue' }))
    .describe('What there is to say of such a file, by its name'),
});

const stepSchema = z.object({
  step: z.string(),
  status: z.enum(['queued', 'running', 'waiting_to_retry', 'completed', 'failed', 'cancelled']),
  attempt: z.number(),
  fraction: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  retryAt: z.string().nullable(),
  expectedEndAt: z.string().nullable().describe('At the pace so far; null where nothing tells'),
});

/** An item as the API shows it. */
export const mediaItemSchema = z
  .object({
    id: z.string(),
    status: mediaStatusSchema,
    type: z.string().nullable(),
    title: z.string(),
    description: z.string(),
    tags: z.array(z.string()).describe('As given by people'),
    detectedTags: z.array(z.string()).describe('As found by the models'),
    filename: z.string().describe('Empty for those without a key'),
    contentType: z.string().nullable(),
    sizeBytes: z.number().nullable(),
    sha256: z.string().nullable().describe('Of the uploaded file; null for those without a key'),
    duplicateOf: z
      .string()
      .nullable()
      .describe(
        'The item that had the same bytes first, of those that are not deleted; null where this is it, and for those without a key',
      ),
    durationSeconds: z.number().nullable(),
    width: z.number().nullable(),
    height: z.number().nullable(),
    song: z
      .object({
        title: z.string().nullable(),
        artist: z.string().nullable(),
        album: z.string().nullable(),
        albumArtist: z.string().nullable(),
        track: z.number().nullable(),
        trackCount: z.number().nullable(),
        disc: z.number().nullable(),
        year: z.number().nullable(),
        genre: z.string().nullable(),
      })
      .nullable()
      .describe('What a recording tells of itself; null of all that is no sound alone'),
    renditions: z.array(renditionSchema),
    subtitleTracks: z
      .array(subtitleTrackSchema)
      .describe(
        'The text that a viewer may choose to be shown, in the order of the file; empty until it is published',
      ),
    audioTracks: z
      .array(audioTrackSchema)
      .describe('The sound of a film that a viewer may choose from, that of a player without a choice first'),
    leftOut: z
      .array(leftOutSchema)
      .describe('Tracks of the file that are not served, and why; empty for those without a key'),
    steps: z
      .array(stepSchema)
      .describe('What is being done, how far it is, and what went wrong; empty for those without a key'),
    expectedEndAt: z
      .string()
      .nullable()
      .describe(
        'When what is under way will be done at the pace so far, parts that wait for a worker included; null where nothing tells, and for those without a key',
      ),
    derivatives: z
      .array(derivativeSchema)
      .describe('Files made of it that are served as they are, by name; empty until it is published'),
    posterUrl: z.string().nullable().describe('Path on this server, that of `poster.jpg`'),
    storyboardUrl: z.string().nullable().describe('Path on this server'),
    chaptersUrl: z
      .string()
      .nullable()
      .describe('Path on this server, of the chapters as WebVTT; null where there are none'),
    chaptersSource: z
      .enum(chapterSources)
      .nullable()
      .describe('Who tells of them: the file, or where it does not, the cuts between its scenes'),
    previewGifUrl: z.string().nullable().describe('Path on this server, that of `preview.gif`'),
    playbackUrl: z
      .string()
      .nullable()
      .describe('Path on this server; null while there is nothing to be played'),
    moderation: z
      .object({
        outcome: z.enum(['approved', 'rejected', 'in_review']),
        by: z.string(),
        rule: z.string(),
        explanation: z.string(),
        policy: z
          .object({ version: z.string(), hash: z.string() })
          .nullable()
          .describe('In force where it was decided; null of earlier releases'),
        decidedAt: z.string(),
      })
      .nullable()
      .describe('Null for those without a key'),
    failure: z.object({ step: z.string(), code: z.string(), message: z.string() }).nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
    publishedAt: z.string().nullable(),
  })
  .meta({ id: 'MediaItem' });

export type MediaItem = z.infer<typeof mediaItemSchema>;
