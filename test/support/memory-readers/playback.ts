import type { Chapter } from '../../../src/core/media-probe.js';
import type { PlaybackReader, StoredStoryboard } from '../../../src/core/readers/playback.js';
import { servedChapters } from '../../../src/core/readers/served-chapters.js';
import { type ProbedSound, soundTracksIn } from '../../../src/core/readers/sound-tracks.js';
import { type ProbedText, subtitleTracksIn } from '../../../src/core/readers/subtitle-tracks.js';
import { scenesName } from '../../../src/core/scene-chapters.js';
import type { RowsOf } from './index.js';
import { toRendition } from './renditions.js';

export function createPlaybackReader(rowsOf: RowsOf): PlaybackReader {
  const published = (mediaId: string) =>
    rowsOf('media_library').find((row) => row.media_id === mediaId && row.status === 'published');
  return {
    async renditions(mediaId) {
      if (!published(mediaId)) return [];
      return rowsOf('media_renditions')
        .filter((row) => row.media_id === mediaId)
        .map((row) => {
          const { sizeBytes: _, durationSeconds: __, ...rendition } = toRendition(row);
          return { ...rendition, blobPrefix: String(row.blob_prefix) };
        });
    },
    async soundTracks(mediaId) {
      const metadata = rowsOf('media_metadata').find((row) => row.media_id === mediaId);
      return soundTracksIn((metadata?.probe ?? {}) as ProbedSound);
    },
    async subtitleTracks(mediaId) {
      const metadata = rowsOf('media_metadata').find((row) => row.media_id === mediaId);
      const names = rowsOf('media_derivatives').filter((row) => row.media_id === mediaId);
      return subtitleTracksIn(
        (metadata?.probe ?? {}) as ProbedText,
        names.map(({ name }) => String(name)),
      );
    },
    async derivative(mediaId, name) {
      if (!published(mediaId)) return undefined;
      const row = rowsOf('media_derivatives').find((each) => each.media_id === mediaId && each.name === name);
      return { file: row ? { blobKey: String(row.blob_key), contentType: String(row.content_type) } : null };
    },
    async storyboard(mediaId) {
      const row = published(mediaId);
      return (
        row && {
          storyboard: (row.storyboard ?? null) as unknown as StoredStoryboard | null,
          durationSeconds: (row.duration_seconds ?? null) as number | null,
        }
      );
    },
    async chapters(mediaId) {
      if (!published(mediaId)) return undefined;
      const metadata = rowsOf('media_metadata').find((row) => row.media_id === mediaId);
      const { chapters } = (metadata?.probe ?? {}) as { readonly chapters?: readonly Chapter[] };
      const scenes = rowsOf('media_derivatives').find(
        (row) => row.media_id === mediaId && row.name === scenesName,
      );
      const { chapters: ofScenes } = (scenes?.details ?? {}) as { readonly chapters?: readonly Chapter[] };
      return servedChapters(chapters, ofScenes);
    },
    async original(mediaId) {
      const row = published(mediaId);
      return (
        row && {
          blobKey: String(row.blob_key),
          filename: String(row.filename),
          contentType: (row.content_type ?? null) as string | null,
        }
      );
    },
  };
}
