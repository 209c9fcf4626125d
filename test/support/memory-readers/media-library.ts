import type { JsonObject, JsonValue } from '../../../src/core/json.js';
import type { Chapter } from '../../../src/core/media-probe.js';
import type { Row } from '../../../src/core/projection.js';
import type {
  LibraryFilter,
  LibraryItem,
  LibraryMetadata,
  LibraryPlace,
  LibraryRendition,
  MediaLibraryReader,
} from '../../../src/core/readers/media-library.js';
import { servedChapters } from '../../../src/core/readers/served-chapters.js';
import { type ProbedSound, soundTracksIn } from '../../../src/core/readers/sound-tracks.js';
import { type ProbedText, subtitleTracksIn } from '../../../src/core/readers/subtitle-tracks.js';
import { scenesName } from '../../../src/core/scene-chapters.js';
import type { RowsOf } from './index.js';
import { toRendition } from './renditions.js';
import { isFound } from './search.js';

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

function songWords({ song }: Row): readonly JsonValue[] {
  const { title, artist, album, albumArtist } = (song ?? {}) as JsonObject;
  return [title, artist, album, albumArtist].map((words) => words ?? '');
}

function fits(row: Row, { status, withDeleted, type, tag, search, idPrefix }: LibraryFilter): boolean {
  const tags = [...listOf(row.tags), ...listOf(row.detected_tags)];
  return (
    (status ? row.status === status : withDeleted || row.status !== 'deleted') &&
    (!type || row.type === type) &&
    (!tag || tags.includes(tag)) &&
    (!idPrefix || String(row.media_id).startsWith(idPrefix)) &&
    (!search || isFound([row.title ?? '', row.description ?? '', ...tags, ...songWords(row)], search))
  );
}

const placeOf = (row: Row): LibraryPlace => ({
  createdAt: String(row.created_at).replace('Z', '000Z'),
  mediaId: String(row.media_id),
});
const orderOf = ({ createdAt, mediaId }: LibraryPlace): string => `${createdAt} ${mediaId}`;
const newestFirst = (a: Row, b: Row) => (orderOf(placeOf(a)) < orderOf(placeOf(b)) ? 1 : -1);

/** Pictures before sound, the lowest first. */
const asListed = (a: LibraryRendition, b: LibraryRendition) =>
  a.kind === b.kind
    ? (a.height ?? 0) - (b.height ?? 0) || a.peakBitrateBps - b.peakBitrateBps
    : a.kind === 'video'
      ? -1
      : 1;

export function createMediaLibraryReader(rowsOf: RowsOf): MediaLibraryReader {
  const metadataOf = (mediaId: string) => rowsOf('media_metadata').find((row) => row.media_id === mediaId);

  function stepsOf(mediaId: string) {
    const order = (row: Row) => `${row.queued_at} ${row.step}`;
    return rowsOf('jobs')
      .filter((row) => row.subject_id === mediaId)
      .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
      .map(({ step, status, attempt = 0, fraction = null, error = null, ...row }) => ({
        ...{ step, status, attempt, fraction, error, retryAt: row.retry_at ?? null },
        ...{ startedAt: row.started_at ?? null, updatedAt: row.updated_at },
      }));
  }

  function duplicateOf(row: Row): JsonValue {
    if (!row.sha256 || row.status === 'deleted') return null;
    return uploadsOf(row.sha256, String(row.uploaded_position))[0]?.media_id ?? null;
  }

  function chaptersOf(mediaId: string) {
    const { chapters } = (metadataOf(mediaId)?.probe ?? {}) as { readonly chapters?: readonly Chapter[] };
    const scenes = rowsOf('media_derivatives').find(
      ({ media_id: id, name }) => id === mediaId && name === scenesName,
    );
    const { chapters: ofScenes } = (scenes?.details ?? {}) as { readonly chapters?: readonly Chapter[] };
    return servedChapters(chapters, ofScenes);
  }

  function toItem(row: Row, { making, files }: { making: boolean; files: boolean }): LibraryItem {
    const mediaId = String(row.media_id);
    const probe = metadataOf(mediaId)?.probe as JsonObject | undefined;
    return {
      ...{ mediaId, status: row.status, type: row.type ?? null, title: row.title, filename: row.filename },
      ...{ description: row.description, tags: row.tags, detectedTags: row.detected_tags ?? [] },
      ...{ contentType: row.content_type ?? null, sizeBytes: row.size_bytes ?? null },
      duplicateOf: making ? duplicateOf(row) : null,
      ...{ sha256: row.sha256 ?? null, durationSeconds: row.duration_seconds ?? null },
      ...{ width: row.width ?? null, height: row.height ?? null },
      song: row.song ?? null,
      hasStoryboard: (row.storyboard ?? null) !== null,
      ...{ moderation: row.moderation ?? null, failure: row.failure ?? null },
      ...{ createdAt: row.created_at, updatedAt: row.updated_at, publishedAt: row.published_at ?? null },
      renditions: rowsOf('media_renditions')
        .filter((rendition) => files && rendition.media_id === mediaId)
        .map(toRendition)
        .toSorted(asListed),
      soundTracks: files ? soundTracksIn((probe ?? {}) as ProbedSound) : [],
      derivatives: rowsOf('media_derivatives')
        .filter((derivative) => files && derivative.media_id === mediaId)
        .map(({ name, content_type: contentType, size_bytes: sizeBytes, details }) => ({
          ...{ name, contentType, sizeBytes, details },
        }))
        .toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1)),
      subtitleTracks: subtitleTracksIn(
        (probe ?? {}) as ProbedText,
        rowsOf('media_derivatives').flatMap(({ media_id: id, name }) =>
          files && id === mediaId ? [String(name)] : [],
        ),
      ),
      chaptersSource: files ? chaptersOf(mediaId).source : null,
      leftOut: making ? [...listOf(probe?.leftOut), ...listOf(metadataOf(mediaId)?.left_out)] : [],
      steps: making ? stepsOf(mediaId) : [],
    } as unknown as LibraryItem;
  }

  /** In the order they came in. */
  const uploadsOf = (sha256: JsonValue | undefined, before: string): Row[] =>
    rowsOf('media_library')
      .filter((row) => row.sha256 === sha256 && row.status !== 'deleted')
      .filter((row) => String(row.uploaded_position) < before)
      .toSorted((a, b) => (String(a.uploaded_position) < String(b.uploaded_position) ? -1 : 1));

  const find = (mediaId: string) => rowsOf('media_library').find((row) => row.media_id === mediaId);
  return {
    async page(filter, { after, limit, making, files }) {
      const rows = rowsOf('media_library')
        .filter((row) => fits(row, filter) && (!after || orderOf(placeOf(row)) < orderOf(after)))
        .toSorted(newestFirst);
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map((row) => toItem(row, { making, files })),
        nextAfter: rows.length > limit && last ? placeOf(last) : null,
      };
    },
    async item(mediaId) {
      const row = find(mediaId);
      return row && toItem(row, { making: true, files: true });
    },
    async originalsBefore({ sha256, position }, limit) {
      const rows = uploadsOf(sha256, position).toReversed();
      return rows.slice(0, limit).map((row) => String(row.blob_key));
    },
    async metadata(mediaId) {
      const row = metadataOf(mediaId);
      const probe = row?.probe as JsonObject | undefined;
      return (
        row &&
        ({
          ...{
            mediaId,
            status: find(mediaId)?.status,
            technical:
              probe && row.left_out
                ? { ...probe, leftOut: [...listOf(probe.leftOut), ...listOf(row.left_out)] }
                : (probe ?? null),
            chapters: chaptersOf(mediaId),
            ladder: row.ladder ?? null,
            leftOutRungs: row.left_out_rungs ?? null,
            sound: row.sound ?? null,
            quality: row.quality ?? null,
          },
          ...{ tags: row.detected_tags ?? null, tagModel: row.tag_model ?? null },
          moderation: { model: row.moderation_model ?? null, frames: row.moderation_frames ?? null },
          details: detailsOf(find(mediaId) ?? {}),
          ...{ suggesting: row.suggesting ?? null, suggestion: row.suggestion ?? null },
          accepted: row.accepted ?? null,
        } as unknown as LibraryMetadata)
      );
    },
  };
}

const detailsOf = ({ title, description, tags, filename }: Row) => ({ title, description, tags, filename });
