import { type ChunkRequest, segmentSeconds } from '../../../core/chunk-tools.js';
import type { Rung } from '../../../core/video-tools.js';
import { ffmpegArguments, pictureInput } from '../ffmpeg-arguments.js';
import {
  filterGraph,
  type HlsOptions,
  hlsOutput,
  longestPictureSeconds,
  videoOutput,
} from '../hls-arguments.js';
import {
  frameAt,
  frameCountOf,
  gridAheadSeconds,
  type Rate,
  rateOf,
  segmentSecondsFor,
  timeOf,
} from './chunk-frames.js';

/** What has no key or comes before the first is built on frames that were not decoded. */
export const fromKeyframe = "select='key+not(isnan(prev_selected_t))'";

/**
 * Times stay those of the file, counted from its beginning, wherever reading begins: else they would be rounded once more, and a frame
 * in the middle between two of the steady grid would come out as the other one.
 */
export const readFrom = (seekSeconds: number): readonly string[] => [
  ...['-copyts', '-start_at_zero'],
  ...(seekSeconds > 0 ? ['-noaccurate_seek', '-ss', seekSeconds.toFixed(3)] : []),
];

/** Whole seconds at which a frame of the grid is shown, so that counting from there rounds as counting from 0 does. */
export const gridStartBefore = (startSeconds: number, { denominator }: Rate): number =>
  Math.floor(startSeconds / denominator) * denominator;

/** The frames of the steady grid that are the chunk's, on a clock of their own. Counting them needs no time, and so no rounding. */
function framesOf(request: ChunkRequest, rung: Rung): readonly string[] {
  const rate = rateOf(rung);
  const first = frameAt(request.startSeconds, rate);
  const count = frameCountOf(request, rate);
  const end = count === null ? '' : `:end_pts=${first + count}`;
  return [
    `fps=${rate.numerator}/${rate.denominator}:start_time=${gridStartBefore(request.startSeconds, rate)}`,
    `trim=start_pts=${first}${end}`,
    `setpts=PTS-${first}`,
  ];
}

/** How long the chunk may be at the most. */
export const mostChunkSeconds = (request: ChunkRequest): number =>
  Math.max(0, (request.endSeconds ?? longestPictureSeconds(request)) - request.startSeconds);

function output(request: ChunkRequest, rung: Rung, index: number, { preset }: HlsOptions): readonly string[] {
  const rate = rateOf(rung);
  const count = frameCountOf(request, rate);
  const ahead = gridAheadSeconds(request, rate);
  const segments = Math.ceil(mostChunkSeconds(request) / segmentSeconds);
  return [
    // A millionth of a second is no frame, and more than what arithmetic with broken numbers loses.
    ...videoOutput(rung, index, preset, `+${(ahead + 1e-6).toFixed(9)}`),
    // Since version 7 nothing behind `setpts` is told the rate.
    ...['-r', `${rate.numerator}/${rate.denominator}`],
    ...(count === null ? [] : ['-frames:v', String(count)]),
    ...hlsOutput(
      rung.name,
      mostChunkSeconds(request) + timeOf(2, rate),
      segmentSecondsFor(request, rate, segments),
    ),
  ];
}

/** The command that encodes a chunk of the ladder, reading from `seekSeconds` on; run it where the rungs' folders are. */
export const chunkArguments = (
  request: ChunkRequest,
  options: HlsOptions & { readonly seekSeconds: number },
): readonly string[] =>
  ffmpegArguments([
    ...['-max_error_rate', '1'],
    ...pictureInput(request, readFrom(options.seekSeconds)),
    '-filter_complex',
    filterGraph(request, options, {
      ...(options.seekSeconds > 0 ? { first: fromKeyframe } : {}),
      rated: (rung) => framesOf(request, rung),
    }),
    ...request.rungs.flatMap((rung, index) => output(request, rung, index, options)),
  ]);
