import type { VideoStreamProbe } from '../../core/media-probe.js';
import { guardedInput } from './allow-lists.js';
import { toldMatrix } from './colours.js';

/** What every run of ffmpeg begins with; `rest` is inputs, filters and outputs. */
export const ffmpegArguments = (
  rest: readonly string[],
  logLevel: 'error' | 'level+info' = 'error',
): readonly string[] => [
  '-hide_banner',
  '-nostdin',
  '-y',
  '-loglevel',
  logLevel,
  '-nostats',
  '-stats_period',
  '0.5',
  '-progress',
  'pipe:3',
  ...rest,
];

/** Strips what a viewer must not get: where it was filmed, with what, chapters, and streams we did not ask for. */
export const nothingButTheStream = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'] as const;

/**
 * An input whose pictures go through filters. Left to itself, ffmpeg builds the filters anew when the size of the
 * frames changes on the way, and they begin to count from zero; and it turns what its own version takes for turned.
 * `sourceFilters` does both, by what the probe found.
 */
export const pictureInput = (
  { inputPath, video }: { readonly inputPath: string; readonly video: VideoStreamProbe },
  beforeInput: readonly string[] = [],
): readonly string[] =>
  guardedInput(inputPath, [
    ...['-noautorotate', '-reinit_filter:v', '0'],
    ...toldMatrix(video),
    ...beforeInput,
  ]);

/**
 * Before an input of which only keyframes are decoded. `u` holds for streams that were looked into: while that is being done, every frame is decoded, without which the
 * start of Matroska's H.264 stays unknown and is not taken off the times.
 */
export const onlyKeyframes = ['-skip_frame:u', 'nokey', '-discard', 'nokey'] as const;
