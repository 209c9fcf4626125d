import type { QualityRequest } from '../../../core/quality-tools.js';
import type { Rung } from '../../../core/video-tools.js';
import { ownInput } from '../allow-lists.js';
import { fromKeyframe, gridStartBefore, readFrom } from '../chunks/chunk-arguments.js';
import { type Rate, rateOf, timeOf } from '../chunks/chunk-frames.js';
import { ffmpegArguments, pictureInput } from '../ffmpeg-arguments.js';
import { filterGraph } from '../hls-arguments.js';
import { evenSize } from '../picture-size.js';
import type { Sample } from './sample-places.js';

/** A rung's samples in a file of their own, `<rung>.mp4`, where its frames are counted from 0. */
export interface RungPiece {
  readonly rung: Rung;
  readonly samples: readonly Sample[];
}

export interface Comparison {
  readonly request: Pick<QualityRequest, 'inputPath' | 'video' | 'durationSeconds'>;
  /** The rung in whose size they are compared, and what is made of the original for it. */
  readonly shown: Rung;
  /** In the frames of the film. */
  readonly samples: readonly Sample[];
  readonly pieces: readonly RungPiece[];
  readonly seekSeconds: number;
  readonly toneMapping: boolean;
}

export const pieceName = ({ name }: Rung): string => `${name}.mp4`;
export const figuresName = ({ name }: Rung): string => `${name}.ssim`;

export const frameTotal = (samples: readonly Sample[]): number =>
  samples.reduce((sum, { frameCount }) => sum + frameCount, 0);

/** Lets through the frames of these samples. `counter`: what `select` calls a frame's number. */
const only = (samples: readonly Sample[], counter: 'n' | 'pts'): string => {
  const ranges = samples.map(
    ({ firstFrame, frameCount }) => `between(${counter},${firstFrame},${firstFrame + frameCount - 1})`,
  );
  return `select='${ranges.join('+')}'`;
};

/** One behind the other at the steady rate, whenever they are shown: what is compared has the same times. */
const counted = ({ numerator, denominator }: Rate): readonly string[] => [
  `settb=${denominator}/${numerator}`,
  'setpts=N',
];

/** So far ahead of a frame the one on screen has begun, in nearly all films whose tones are mapped. */
const onScreenSeconds = (rate: Rate): number => Math.max(1, timeOf(4, rate));

/** Mapping the tones of frames that nobody compares would take longer than all else. */
function nearSamples(
  { samples, request: { video }, toneMapping }: Comparison,
  rate: Rate,
): readonly string[] {
  if (!toneMapping || !video.isHdr) return [];
  const near = onScreenSeconds(rate);
  const ranges = samples.map(({ firstFrame, frameCount }) => {
    const [from, to] = [timeOf(firstFrame, rate) - near, timeOf(firstFrame + frameCount, rate) + near];
    return `between(t,${from.toFixed(3)},${to.toFixed(3)})`;
  });
  return [`select='${ranges.join('+')}'`];
}

/** Tells the log when the first frame is shown that decoding began with. */
const tellFirst = 'split=2[first][rest];[first]trim=end_frame=1,showinfo@first,nullsink;[rest]null';

/** The frames of the original as the ladder has them at that size, then each rung's beside them. */
export function comparisonGraph(comparison: Comparison): string {
  const { request, shown, samples, pieces, seekSeconds, toneMapping } = comparison;
  const rate = rateOf(shown);
  const [firstFrame, end] = [
    Math.min(...samples.map((sample) => sample.firstFrame)),
    Math.max(...samples.map((sample) => sample.firstFrame + sample.frameCount)),
  ];
  const first = [...(seekSeconds > 0 ? [fromKeyframe, tellFirst] : []), ...nearSamples(comparison, rate)];
  const startSeconds = seekSeconds > 0 ? gridStartBefore(Math.floor(timeOf(firstFrame, rate)), rate) : 0;
  const original = filterGraph(
    { ...request, rungs: [shown] },
    { preset: 'veryfast', toneMapping },
    {
      ...(first.length > 0 ? { first: first.join(',') } : {}),
      rated: () => [
        `fps=${rate.numerator}/${rate.denominator}:start_time=${startSeconds}`,
        `trim=start_pts=${firstFrame}:end_pts=${end}`,
        ...[only(samples, 'pts'), ...counted(rate)],
      ],
    },
  );
  const size = evenSize(shown);
  const pads = pieces.map((_, index) => `[original${index}]`).join('');
  const beside = pieces.flatMap(({ rung, samples: inPiece }, index) => {
    const own = evenSize(rung);
    const isSame = own.width === size.width && own.height === size.height;
    const scaled = isSame ? [] : [`scale=${size.width}:${size.height}:flags=bicubic`];
    const filters = [only(inPiece, 'n'), ...counted(rate), ...scaled, 'setsar=1', 'format=yuv420p'];
    return [
      `[${index + 1}:v]${filters.join(',')}[made${index}]`,
      `[made${index}][original${index}]ssim=stats_file=${figuresName(rung)}:shortest=1[out${index}]`,
    ];
  });
  return [original, `[rung0]split=${pieces.length}${pads}`, ...beside].join(';');
}

/** Compares all rungs with the original in one go, and writes the figures of each frame to `<rung>.ssim`. */
export const comparisonArguments = (comparison: Comparison): readonly string[] => {
  const { request, pieces, samples, seekSeconds } = comparison;
  const output = (index: number) => [
    ...['-map', `[out${index}]`, '-frames:v', String(frameTotal(samples))],
    ...['-fps_mode', 'passthrough', '-f', 'null', '-'],
  ];
  return ffmpegArguments(
    [
      ...['-max_error_rate', '1'],
      // Without a seek times are what they were when the ladder was made, leaps of broadcasts too.
      ...pictureInput(request, seekSeconds > 0 ? readFrom(seekSeconds) : []),
      ...pieces.flatMap(({ rung }) => ownInput(pieceName(rung))),
      ...['-filter_complex', comparisonGraph(comparison)],
      ...pieces.flatMap((_, index) => output(index)),
    ],
    'level+info',
  );
};
