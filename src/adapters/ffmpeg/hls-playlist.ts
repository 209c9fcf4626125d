/** What a media playlist names; sizes are looked up beside it. */
export interface ListedSegment {
  readonly file: string;
  readonly durationSeconds: number;
}
export interface SizedSegment extends ListedSegment {
  readonly sizeBytes: number;
}

/** The segments of a media playlist that is whole (has its end mark), in order; undefined when it is not. */
export function segmentsIn(playlist: string): readonly ListedSegment[] | undefined {
  if (!playlist.includes('#EXT-X-ENDLIST')) return undefined;
  return [...playlist.matchAll(/^#EXTINF:([\d.]+),.*\n(?:#.*\n)*([^#\n]+)$/gm)].map(
    ([, seconds = '0', file = '']) => ({ file: file.trim(), durationSeconds: Number(seconds) }),
  );
}

const ownLine =
  /^(?:#EXTM3U|#EXT-X-(?:VERSION|TARGETDURATION|MEDIA-SEQUENCE):\d+|#EXT-X-PLAYLIST-TYPE:VOD|#EXT-X-(?:INDEPENDENT-SEGMENTS|DISCONTINUITY|ENDLIST)|#EXT-X-MAP:URI="init\.mp4"|#EXTINF:-?\d+(?:\.\d+)?,|segment-\d{5,10}\.m4s|)$/;

/**
 * Whether a media playlist has nothing but what ffmpeg writes for our arguments, and so names no file but those beside it.
 * Pure.
 */
export const namesOnlyItsOwn = (playlist: string): boolean =>
  playlist.split('\n').every((line) => ownLine.test(line));

export const totalDuration = (segments: readonly ListedSegment[]): number =>
  segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);

const bitrateOf = (segments: readonly SizedSegment[]): number => {
  const seconds = totalDuration(segments);
  const bytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  return seconds > 0 ? Math.round((bytes * 8) / seconds) : 0;
};

/** Of segments of next to nothing no run would ever be long enough, and looking at all of them would never end. */
const longestRun = 100;

/**
 * Average and peak in bits per second. The peak is RFC 8216's: the largest of any contiguous run of segments that lasts
 * between half and one and a half target durations, so that a tiny last segment does not count by itself.
 */
export function bitratesOf(segments: readonly SizedSegment[], targetSeconds: number) {
  const averageBitrateBps = bitrateOf(segments);
  let peakBitrateBps = averageBitrateBps;
  for (let first = 0; first < segments.length; first += 1) {
    let [seconds, bytes] = [0, 0];
    for (const segment of segments.slice(first, first + longestRun)) {
      seconds += segment.durationSeconds;
      bytes += segment.sizeBytes;
      if (seconds > targetSeconds * 1.5) break;
      if (seconds >= targetSeconds * 0.5)
        peakBitrateBps = Math.max(peakBitrateBps, Math.round((bytes * 8) / seconds));
    }
  }
  return { averageBitrateBps, peakBitrateBps };
}
