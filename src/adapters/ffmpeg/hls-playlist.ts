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

export const totalDuration = (segments: readonly ListedSegment[]): number =>
  segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);

const bitrateOf = (segments: readonly SizedSegment[]): number => {
  const seconds = totalDuration(segments);
  const bytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  return seconds > 0 ? Math.round((bytes * 8) / seconds) : 0;
};

/**
 * Average and peak in bits per second. The peak is RFC 8216's: the largest of any contiguous run of segments that lasts
 * between half and one and a half target durations, so that a tiny last segment does not count by itself.
 */
export function bitratesOf(segments: readonly SizedSegment[], targetSeconds: number) {
  const averageBitrateBps = bitrateOf(segments);
  let peakBitrateBps = averageBitrateBps;
  for (let first = 0; first < segments.length; first += 1) {
    for (let end = first + 1; end <= segments.length; end += 1) {
      const run = segments.slice(first, end);
      const seconds = totalDuration(run);
      if (seconds > targetSeconds * 1.5) break;
      if (seconds >= targetSeconds * 0.5) peakBitrateBps = Math.max(peakBitrateBps, bitrateOf(run));
    }
  }
  return { averageBitrateBps, peakBitrateBps };
}
