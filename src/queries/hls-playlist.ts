import type { StoredSoundTrack } from '../core/readers/sound-tracks.js';
import type { StoredSubtitleTrack } from '../core/readers/subtitle-tracks.js';
import { servedAudio } from '../core/served-audio.js';
import type { Storyboard } from '../core/video-tools.js';
import { vttFile } from '../core/webvtt.js';
import { type AlternativeRendition, addedBy, groupAttributes, mediaLine } from './alternative-rendition.js';
import type { PlayableRendition } from './playable-rendition.js';
import { shownSubtitles, subtitleAlternatives } from './shown-subtitles.js';
import { soundAlternatives } from './sound-alternatives.js';

const pixelsOf = ({ width, height }: PlayableRendition): number => (width ?? 0) * (height ?? 0);

/**
 * Those that are worth their bandwidth: one that costs as much as a larger one, or more, has nothing to offer, and players
 * that go by size and players that go by bandwidth would climb in different orders.
 */
const worthOffering = (videos: readonly PlayableRendition[]): readonly PlayableRendition[] =>
  videos.filter(
    (video) =>
      pixelsOf(video) === 0 ||
      !videos.some(
        (other) => pixelsOf(other) > pixelsOf(video) && other.peakBitrateBps <= video.peakBitrateBps,
      ),
  );

/** What a player chooses from beside the picture, as the file and history tell of it. */
export interface ChosenBeside {
  /** Of the file, in its order. */
  readonly soundTracks: readonly StoredSoundTrack[];
  /** Those that are there, in the order of the file. */
  readonly subtitleTracks: readonly StoredSubtitleTrack[];
}

/**
 * The multivariant playlist (RFC 8216bis §4.4.6) of the renditions that are ready. Of what has no picture each quality of its sound
 * is a stream of its own, and not one for a picture to go with.
 */
export function masterPlaylist(
  renditions: readonly PlayableRendition[],
  { soundTracks = [], subtitleTracks = [] }: Partial<ChosenBeside> = {},
): string {
  const videos = renditions.filter(({ kind }) => kind === 'video');
  if (videos.length === 0) return playlistOf(renditions, []);
  const heard = servedAudio(soundTracks)?.language ?? null;
  return playlistOf(videos, [
    ...soundAlternatives(renditions, soundTracks),
    ...subtitleAlternatives(shownSubtitles(subtitleTracks, heard)),
  ]);
}

/** Lowest bandwidth first: a player without a measurement begins with the first one, which plays everywhere. */
function playlistOf(
  streams: readonly PlayableRendition[],
  alternatives: readonly AlternativeRendition[],
): string {
  const added = addedBy(alternatives);
  const lines = worthOffering(streams)
    .toSorted((a, b) => a.peakBitrateBps - b.peakBitrateBps)
    .flatMap((stream) => {
      const attributes = [
        `BANDWIDTH=${Math.round(stream.peakBitrateBps + added.peakBitrateBps)}`,
        `AVERAGE-BANDWIDTH=${Math.round(stream.averageBitrateBps + added.averageBitrateBps)}`,
        `CODECS="${[stream.codecs, ...added.codecs].join(',')}"`,
        ...(stream.width && stream.height ? [`RESOLUTION=${stream.width}x${stream.height}`] : []),
        ...(stream.frameRate ? [`FRAME-RATE=${stream.frameRate.toFixed(3)}`] : []),
        ...groupAttributes(alternatives),
      ];
      return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, `${stream.pathSegment}/playlist.m3u8`];
    });
  const head = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  return `${[...head, ...alternatives.map(mediaLine), ...lines].join('\n')}\n`;
}

/** WebVTT whose cues name a tile of a sprite sheet each (media fragments `#xywh=`), as players expect for seek previews. */
export function storyboardVtt(storyboard: Storyboard, durationSeconds: number): string {
  const { columns, rows, tileWidth, tileHeight, intervalSeconds } = storyboard;
  const cues = Array.from({ length: storyboard.tileCount }, (_, index) => {
    const sprite = storyboard.sprites[Math.floor(index / (columns * rows))];
    const place = index % (columns * rows);
    const x = (place % columns) * tileWidth;
    const y = Math.floor(place / columns) * tileHeight;
    const start = index * intervalSeconds;
    const end = Math.max(start + 0.001, Math.min(start + intervalSeconds, durationSeconds));
    return {
      ...{ startSeconds: start, endSeconds: end },
      payload: `storyboard/${sprite}#xywh=${x},${y},${tileWidth},${tileHeight}`,
    };
  });
  return vttFile(cues);
}
