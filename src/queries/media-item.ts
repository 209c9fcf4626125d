import { expectedEndOf, expectedEndOfAll } from '../core/expected-end.js';
import type { LibraryItem } from '../core/readers/media-library.js';
import { servedAudio } from '../core/served-audio.js';
import type { SongTags } from '../core/song-tags.js';
import { toAudioTracks } from './audio-tracks.js';
import type { MediaItem } from './media-item-schema.js';
import { shownSubtitles, toSubtitleTracks } from './shown-subtitles.js';

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
  song: item.song,
  renditions: item.renditions,
  subtitleTracks: item.subtitleTracks,
  audioTracks: item.audioTracks,
  derivatives: item.derivatives,
  posterUrl: item.posterUrl,
  storyboardUrl: item.storyboardUrl,
  chaptersUrl: item.chaptersUrl,
  chaptersSource: item.chaptersSource,
  previewGifUrl: item.previewGifUrl,
  playbackUrl: item.playbackUrl,
  createdAt: item.createdAt,
  updatedAt: item.updatedAt,
  publishedAt: item.publishedAt,
  ...nothingOfWhatIsPrivate,
});

const nothingOfWhatIsPrivate = {
  filename: '',
  sha256: null,
  duplicateOf: null,
  leftOut: [],
  steps: [],
  expectedEndAt: null,
  failure: null,
  moderation: null,
} satisfies Partial<MediaItem>;

const songOf = ({ title, artist, album, albumArtist, track, trackCount, disc, year, genre }: SongTags) => ({
  ...{ title, artist, album, albumArtist, track, trackCount, disc, year, genre },
});

/** What a file says may have a dozen digits behind the point, of which nobody has any use. */
const toMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** Only a published item has anything the public may fetch. */
export function toMediaItem(item: LibraryItem): MediaItem {
  const isPublished = item.status === 'published';
  const url = (path: string) => `/v1/media/${item.mediaId}/${path}`;
  const derivatives = isPublished
    ? item.derivatives.map(({ name, contentType, sizeBytes, details }) => ({
        ...{ name, url: url(name), contentType, sizeBytes, details },
      }))
    : [];
  const urlOf = (name: string) => derivatives.find((each) => each.name === name)?.url ?? null;
  return {
    id: item.mediaId,
    status: item.status,
    type: item.type,
    title: item.title,
    description: item.description,
    tags: [...item.tags],
    detectedTags: [...item.detectedTags],
    filename: item.filename,
    contentType: item.contentType,
    sizeBytes: item.sizeBytes,
    sha256: item.sha256,
    duplicateOf: item.duplicateOf,
    durationSeconds: item.durationSeconds && toMilliseconds(item.durationSeconds),
    width: item.width,
    height: item.height,
    song: item.song && songOf(item.song),
    renditions: item.renditions.map((rendition) => ({
      name: rendition.name,
      kind: rendition.kind,
      width: rendition.width,
      height: rendition.height,
      frameRate: rendition.frameRate,
      averageBitrateBps: rendition.averageBitrateBps,
      peakBitrateBps: rendition.peakBitrateBps,
      codecs: rendition.codecs,
      sizeBytes: rendition.sizeBytes,
      durationSeconds: rendition.durationSeconds,
    })),
    subtitleTracks: isPublished
      ? toSubtitleTracks(
          shownSubtitles(item.subtitleTracks, servedAudio(item.soundTracks)?.language ?? null),
          url,
        )
      : [],
    audioTracks: toAudioTracks(item),
    leftOut: item.leftOut.map(({ streamIndex, kind, codec, reason }) => ({
      ...{ streamIndex, kind, codec, reason },
    })),
    steps: item.steps.map((each) => ({
      step: each.step,
      status: each.status,
      attempt: each.attempt,
      fraction: each.fraction,
      error: each.error,
      retryAt: each.retryAt,
      expectedEndAt: expectedEndOf(each),
    })),
    expectedEndAt: expectedEndOfAll(item.steps),
    derivatives,
    posterUrl: urlOf('poster.jpg'),
    storyboardUrl: isPublished && item.hasStoryboard ? url('storyboard.vtt') : null,
    chaptersUrl: isPublished && item.chaptersSource ? url('chapters.vtt') : null,
    chaptersSource: isPublished ? item.chaptersSource : null,
    previewGifUrl: urlOf('preview.gif'),
    playbackUrl: isPublished && item.renditions.length > 0 ? url('hls/master.m3u8') : null,
    moderation: item.moderation && { ...item.moderation, policy: item.moderation.policy ?? null },
    failure: item.failure,
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    publishedAt: item.publishedAt,
  };
}
