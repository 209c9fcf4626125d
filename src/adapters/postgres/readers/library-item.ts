import type { Chapter } from '../../../core/media-probe.js';
import type { LibraryItem, LibraryPlace } from '../../../core/readers/media-library.js';
import { servedChapters } from '../../../core/readers/served-chapters.js';
import { type ProbedSound, soundTracksIn } from '../../../core/readers/sound-tracks.js';
import { type ProbedText, subtitleTracksIn } from '../../../core/readers/subtitle-tracks.js';
import { type SceneChapter, scenesName } from '../../../core/scene-chapters.js';

export interface ItemRow {
  readonly media_id: string;
  readonly status: LibraryItem['status'];
  readonly type: string | null;
  readonly title: string;
  readonly description: string;
  readonly tags: string[];
  readonly detected_tags: string[];
  readonly filename: string;
  readonly content_type: string | null;
  readonly size_bytes: string | null;
  readonly sha256: string | null;
  readonly duplicate_of: string | null;
  readonly duration_seconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly song: LibraryItem['song'];
  readonly has_storyboard: boolean;
  readonly moderation: LibraryItem['moderation'];
  readonly failure: LibraryItem['failure'];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly published_at: Date | null;
  /** created_at with all its digits. */
  readonly place_at: string;
  readonly renditions: LibraryItem['renditions'];
  readonly probed: ProbedSound & ProbedText & { readonly chapters?: readonly Chapter[] | null };
  readonly derivatives: LibraryItem['derivatives'];
  readonly left_out: LibraryItem['leftOut'];
  readonly steps: LibraryItem['steps'];
}

/** Columns of an {@link ItemRow} but for how it was made, and what was made of it, from `media_library m`. */
export const LIST_COLUMNS = `
  m.media_id, m.status, m.type, m.title, m.description, m.tags, m.detected_tags, m.filename, m.content_type,
  m.size_bytes, m.sha256, m.duration_seconds, m.width, m.height, m.song, m.storyboard is not null as has_storyboard,
  m.moderation, m.failure, m.created_at, m.updated_at, m.published_at,
  to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place_at`;

/** What was made of the item of an {@link ItemRow}. */
export const FILE_COLUMNS = `
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'name', r.name, 'kind', r.kind, 'width', r.width, 'height', r.height, 'frameRate', r.frame_rate,
      'averageBitrateBps', r.average_bitrate_bps, 'peakBitrateBps', r.peak_bitrate_bps, 'codecs', r.codecs,
      'sizeBytes', r.size_bytes, 'durationSeconds', r.duration_seconds
    ) order by r.kind desc, r.height, r.peak_bitrate_bps)
    from media_renditions r where r.media_id = m.media_id), '[]') as renditions,
  coalesce((
    select jsonb_build_object('audio', d.probe->'audio', 'subtitles', d.probe->'subtitles',
      'trackTitles', d.probe->'trackTitles', 'chapters', d.probe->'chapters')
    from media_metadata d where d.media_id = m.media_id), '{}') as probed,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'name', f.name, 'contentType', f.content_type, 'sizeBytes', f.size_bytes, 'details', f.details
    ) order by f.name)
    from media_derivatives f where f.media_id = m.media_id), '[]') as derivatives`;

/** How the item of an {@link ItemRow} was made. */
export const MAKING_COLUMNS = `
  (select o.media_id from media_library o
   where o.sha256 = m.sha256 and o.uploaded_position < m.uploaded_position
     and o.status <> 'deleted' and m.status <> 'deleted'
   order by o.uploaded_position limit 1) as duplicate_of,
  coalesce((
    select (d.probe->'leftOut') || coalesce(d.left_out, '[]')
    from media_metadata d where d.media_id = m.media_id), '[]') as left_out,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'step', j.step, 'status', j.status, 'attempt', j.attempt, 'fraction', j.fraction, 'error', j.error,
      'retryAt', j.retry_at, 'startedAt', j.started_at, 'updatedAt', j.updated_at
    ) order by j.queued_at, j.step)
    from jobs j where j.subject_id = m.media_id), '[]') as steps`;

export const NO_FILES = `'[]'::jsonb as renditions, '[]'::jsonb as derivatives, '{}'::jsonb as probed`;
export const NOTHING_OF_THE_MAKING = `null as duplicate_of, '[]'::jsonb as left_out, '[]'::jsonb as steps`;

export const toPlace = (row: ItemRow): LibraryPlace => ({ createdAt: row.place_at, mediaId: row.media_id });

export const toItem = (row: ItemRow): LibraryItem => ({
  mediaId: row.media_id,
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
  duplicateOf: row.duplicate_of,
  durationSeconds: row.duration_seconds,
  width: row.width,
  height: row.height,
  song: row.song,
  hasStoryboard: row.has_storyboard,
  moderation: row.moderation,
  failure: row.failure,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  publishedAt: row.published_at?.toISOString() ?? null,
  renditions: row.renditions,
  soundTracks: soundTracksIn(row.probed),
  derivatives: row.derivatives,
  subtitleTracks: subtitleTracksIn(
    row.probed,
    row.derivatives.map(({ name }) => name),
  ),
  chaptersSource: servedChapters(
    row.probed.chapters,
    row.derivatives.find(({ name }) => name === scenesName)?.details.chapters as SceneChapter[] | undefined,
  ).source,
  leftOut: row.left_out,
  steps: row.steps,
});
