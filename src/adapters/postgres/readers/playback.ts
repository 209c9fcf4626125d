import type { Chapter } from '../../../core/media-probe.js';
import type { PlaybackReader, StoredRendition, StoredStoryboard } from '../../../core/readers/playback.js';
import { servedChapters } from '../../../core/readers/served-chapters.js';
import { type ProbedSound, soundTracksIn } from '../../../core/readers/sound-tracks.js';
import { type ProbedText, subtitleTracksIn } from '../../../core/readers/subtitle-tracks.js';
import { type SceneChapter, scenesName } from '../../../core/scene-chapters.js';
import { lookUpById } from './look-up.js';
import type { ReadDatabase } from './read-database.js';

type OfItem<Row> = Row & { readonly mediaId: string };

export function createPlaybackReader(database: ReadDatabase): PlaybackReader {
  const renditionsOf = lookUpById<OfItem<StoredRendition>>(database, {
    sql: `select r.media_id as "mediaId", r.name, r.kind, r.width, r.height, r.frame_rate as "frameRate",
         r.average_bitrate_bps as "averageBitrateBps", r.peak_bitrate_bps as "peakBitrateBps", r.codecs,
         r.blob_prefix as "blobPrefix"
       from media_renditions r join media_library m using (media_id)
       where r.media_id = any($1) and m.status = 'published'`,
    idOf: (row) => row.mediaId,
  });
  const probedOf = lookUpById<OfItem<ProbedSound>>(database, {
    sql: `select media_id as "mediaId", probe->'audio' as audio, probe->'trackTitles' as "trackTitles"
       from media_metadata where media_id = any($1)`,
    idOf: (row) => row.mediaId,
  });

  const textOf = lookUpById<OfItem<ProbedText & { readonly names: readonly string[] }>>(database, {
    sql: `select d.media_id as "mediaId", d.probe->'subtitles' as subtitles, d.probe->'trackTitles' as "trackTitles",
         coalesce((
           select jsonb_agg(f.name) from media_derivatives f where f.media_id = d.media_id), '[]') as names
       from media_metadata d where d.media_id = any($1)`,
    idOf: (row) => row.mediaId,
  });

  async function published<Row extends object>(mediaId: string, columns: string): Promise<Row | undefined> {
    const [row] = await database.query<Row>(
      `select ${columns} from media_library where media_id = $1 and status = 'published'`,
      [mediaId],
    );
    return row;
  }

  return {
    async renditions(mediaId) {
      const rows = await renditionsOf(mediaId);
      return rows.map(({ mediaId: _, ...rendition }) => rendition);
    },
    async soundTracks(mediaId) {
      const [probed] = await probedOf(mediaId);
      return soundTracksIn(probed ?? {});
    },
    async subtitleTracks(mediaId) {
      const [text] = await textOf(mediaId);
      return text ? subtitleTracksIn(text, text.names) : [];
    },
    async derivative(mediaId, name) {
      const [row] = await database.query<{ blobKey: string | null; contentType: string | null }>(
        `select f.blob_key as "blobKey", f.content_type as "contentType"
         from media_library m left join media_derivatives f on f.media_id = m.media_id and f.name = $2
         where m.media_id = $1 and m.status = 'published'`,
        [mediaId, name],
      );
      const { blobKey = null, contentType = null } = row ?? {};
      return row && { file: blobKey !== null && contentType !== null ? { blobKey, contentType } : null };
    },
    storyboard: (mediaId) =>
      published<{ storyboard: StoredStoryboard | null; durationSeconds: number | null }>(
        mediaId,
        'storyboard, duration_seconds as "durationSeconds"',
      ),
    async chapters(mediaId) {
      const [row] = await database.query<{
        ofFile: readonly Chapter[] | null;
        ofScenes: readonly SceneChapter[] | null;
      }>(
        `select d.probe->'chapters' as "ofFile", f.details->'chapters' as "ofScenes"
         from media_library m left join media_metadata d using (media_id)
         left join media_derivatives f on f.media_id = m.media_id and f.name = $2
         where m.media_id = $1 and m.status = 'published'`,
        [mediaId, scenesName],
      );
      return row && servedChapters(row.ofFile, row.ofScenes);
    },
    original: (mediaId) =>
      published<{ blobKey: string; filename: string; contentType: string | null }>(
        mediaId,
        'blob_key as "blobKey", filename, content_type as "contentType"',
      ),
  };
}
