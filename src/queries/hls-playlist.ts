import type { Storyboard } from '../core/video-tools.js';
import { spokenLanguage } from './spoken-language.js';

export interface PlayableRendition {
  /** Path segment its files are served under. */
  readonly pathSegment: string;
  readonly kind: 'video' | 'audio';
  readonly width: number | null;
  readonly height: number | null;
  readonly frameRate: number | null;
  readonly averageBitrateBps: number;
  readonly peakBitrateBps: number;
  readonly codecs: string;
}

const AUDIO_GROUP = 'audio';

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

/** Of what has no picture each quality of its sound is a stream of its own, and not one for a picture to go with. */
const soundAlone = (renditions: readonly PlayableRendition[]): readonly string[] =>
  renditions
    .toSorted((a, b) => a.peakBitrateBps - b.peakBitrateBps)
    .flatMap(({ pathSegment, peakBitrateBps, averageBitrateBps, codecs }) => [
      `#EXT-X-STREAM-INF:BANDWIDTH=${Math.round(peakBitrateBps)},AVERAGE-BANDWIDTH=${Math.round(averageBitrateBps)},CODECS="${codecs}"`,
      `${pathSegment}/playlist.m3u8`,
    ]);

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/**
 * The multivariant playlist (RFC 8216bis §4.4.6) of the renditions that are ready, lowest bandwidth first: a player
 * without a measurement begins with the first one, which plays everywhere. `audioLanguage` is what the file says of its
 * sound, if anything.
 */
export function masterPlaylist(
  renditions: readonly PlayableRendition[],
  audioLanguage: string | null = null,
): string {
  const audio = renditions.find((rendition) => rendition.kind === 'audio');
  const videos = worthOffering(renditions.filter((rendition) => rendition.kind === 'video')).toSorted(
    (a, b) => a.peakBitrateBps - b.peakBitrateBps,
  );
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  if (videos.length === 0) return text([...lines, ...soundAlone(renditions)]);
  if (audio) {
    const language = spokenLanguage(audioLanguage);
    const attributes = [
      'TYPE=AUDIO',
      `GROUP-ID="${AUDIO_GROUP}"`,
      ...(language ? [`LANGUAGE="${language.tag}"`] : []),
      `NAME="${language?.name ?? 'Audio'}"`,
      'DEFAULT=YES',
      'AUTOSELECT=YES',
      `URI="${audio.pathSegment}/playlist.m3u8"`,
    ];
    lines.push(`#EXT-X-MEDIA:${attributes.join(',')}`);
  }
  for (const video of videos) {
    const attributes = [
      `BANDWIDTH=${Math.round(video.peakBitrateBps + (audio?.peakBitrateBps ?? 0))}`,
      `AVERAGE-BANDWIDTH=${Math.round(video.averageBitrateBps + (audio?.averageBitrateBps ?? 0))}`,
      `CODECS="${[video.codecs, audio?.codecs].filter(Boolean).join(',')}"`,
      ...(video.width && video.height ? [`RESOLUTION=${video.width}x${video.height}`] : []),
      ...(video.frameRate ? [`FRAME-RATE=${video.frameRate.toFixed(3)}`] : []),
      ...(audio ? [`AUDIO="${AUDIO_GROUP}"`] : []),
    ];
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(',')}`, `${video.pathSegment}/playlist.m3u8`);
  }
  return text(lines);
}

function timestamp(seconds: number): string {
  // Rounded once and as a whole: 59.9996 s are a minute, not 60 seconds of one.
  const milliseconds = Math.round(seconds * 1000);
  const parts = [
    Math.floor(milliseconds / 3_600_000),
    Math.floor(milliseconds / 60_000) % 60,
    Math.floor(milliseconds / 1000) % 60,
  ];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${clock}.${String(milliseconds % 1000).padStart(3, '0')}`;
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
    return `${timestamp(start)} --> ${timestamp(end)}\nstoryboard/${sprite}#xywh=${x},${y},${tileWidth},${tileHeight}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}
