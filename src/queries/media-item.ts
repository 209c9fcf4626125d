import { z } from 'zod';
import type { LeftOutReason } from '../core/video-tools.js';

export const mediaStatusSchema = z.enum([
  'uploading',
  'processing',
  'in_review',
  'published',
  'rejected',
  'failed',
  'deleted',
]);

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
  kind: z.enum(['video', 'audio']),
  codec: z.string(),
  reason: z.enum([
    'no_samples',
    'codec_not_taken',
    'cannot_be_decoded',
    'another_is_shown',
  ] satisfies LeftOutReason[]),
});

const stepSchema = z.object({
  step: z.string(),
  status: z.enum(['queued', 'running', 'waiting_to_retry', 'completed', 'failed', 'cancelled']),
  attempt: z.number(),
  fraction: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  retryAt: z.string().nullable(),
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
    durationSeconds: z.number().nullable(),
    width: z.number().nullable(),
    height: z.number().nullable(),
    renditions: z.array(renditionSchema),
    leftOut: z
      .array(leftOutSchema)
      .describe('Tracks of the file that are not served, and why; empty for those without a key'),
    steps: z
      .array(stepSchema)
      .describe('What is being done, how far it is, and what went wrong; empty for those without a key'),
    posterUrl: z.string().nullable().describe('Path on this server'),
    storyboardUrl: z.string().nullable().describe('Path on this server'),
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

export interface MediaRow {
  readonly media_id: string;
  readonly status: z.infer<typeof mediaStatusSchema>;
  readonly type: string | null;
  readonly title: string;
  readonly description: string;
  readonly tags: string[];
  readonly detected_tags: string[];
  readonly filename: string;
  readonly content_type: string | null;
  readonly size_bytes: string | null;
  readonly sha256: string | null;
  readonly duration_seconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly has_poster: boolean;
  readonly has_storyboard: boolean;
  readonly moderation: z.infer<typeof mediaItemSchema>['moderation'];
  readonly failure: z.infer<typeof mediaItemSchema>['failure'];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly published_at: Date | null;
  /** created_at with all its digits, for the cursor. */
  readonly cursor_at: string;
  readonly renditions: z.infer<typeof renditionSchema>[];
  readonly left_out: z.infer<typeof leftOutSchema>[];
  readonly steps: z.infer<typeof stepSchema>[];
}

/** Columns of a {@link MediaRow} but for how it was made, from `media_library m`. */
export const LIST_COLUMNS = `
  m.media_id, m.status, m.type, m.title, m.description, m.tags, m.detected_tags, m.filename, m.content_type,
  m.size_bytes, m.sha256, m.duration_seconds, m.width, m.height, m.poster_key is not null as has_poster,
  m.storyboard is not null as has_storyboard, m.moderation, m.failure, m.created_at, m.updated_at, m.published_at,
  to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as cursor_at,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'name', r.name, 'kind', r.kind, 'width', r.width, 'height', r.height, 'frameRate', r.frame_rate,
      'averageBitrateBps', r.average_bitrate_bps, 'peakBitrateBps', r.peak_bitrate_bps, 'codecs', r.codecs,
      'sizeBytes', r.size_bytes, 'durationSeconds', r.duration_seconds
    ) order by r.kind desc, r.height)
    from media_renditions r where r.media_id = m.media_id), '[]') as renditions`;

/** How the item of a {@link MediaRow} was made. */
export const MAKING_COLUMNS = `
  coalesce((
    select d.probe->'leftOut' from media_metadata d where d.media_id = m.media_id), '[]') as left_out,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'step', j.step, 'status', j.status, 'attempt', j.attempt, 'fraction', j.fraction, 'error', j.error,
      'retryAt', j.retry_at
    ) order by j.queued_at, j.step)
    from jobs j where j.subject_id = m.media_id), '[]') as steps`;

type MediaItem = z.infer<typeof mediaItemSchema>;

/**
 * What the public sees of an item: not the file it was made from, nor how it was made, nor why it was allowed. Chosen
 * field by field, so that a new one is private until somebody decides here.
 */
export const toPublicItem = (item: MediaItem): MediaItem => ({
  id: item.id,
  status: item.status,
  type: item.type,
  title: item.title,
  description: item.description,
  tags: item.tags,
  detectedTags: item.detectedTags,
  contentType: item.contentType,
  sizeBytes: item.sizeBytes,
  durationSeconds: item.durationSeconds,
  width: item.width,
  height: item.height,
  renditions: item.renditions,
  posterUrl: item.posterUrl,
  storyboardUrl: item.storyboardUrl,
  playbackUrl: item.playbackUrl,
  createdAt: item.createdAt,
  updatedAt: item.updatedAt,
  publishedAt: item.publishedAt,
  ...nothingOfWhatIsPrivate,
});

const nothingOfWhatIsPrivate = {
  filename: '',
  sha256: null,
  leftOut: [],
  steps: [],
  failure: null,
  moderation: null,
} satisfies Partial<MediaItem>;

/** Only a published item has anything the public may fetch. */
export function toMediaItem(row: MediaRow): MediaItem {
  const isPublished = row.status === 'published';
  const url = (path: string) => `/v1/media/${row.media_id}/${path}`;
  return {
    id: row.media_id,
    status: row.status,
    type: row.type,
    title: row.title,
    description: row.description,
    tags: row.tags,
    detectedTags: row.detected_tags,
    filename: row.filename,
    contentType: row.content_type,
    sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
    sha256: row.sha256,
    durationSeconds: row.duration_seconds,
    width: row.width,
    height: row.height,
    renditions: row.renditions,
    leftOut: row.left_out,
    steps: row.steps,
    posterUrl: isPublished && row.has_poster ? url('poster.jpg') : null,
    storyboardUrl: isPublished && row.has_storyboard ? url('storyboard.vtt') : null,
    playbackUrl: isPublished ? url('hls/master.m3u8') : null,
    moderation: row.moderation,
    failure: row.failure,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    publishedAt: row.published_at?.toISOString() ?? null,
  };
}
