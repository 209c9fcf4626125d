import type { ShownSource } from './colour-plan.js';
import { ffmpegArguments, nothingButTheStream, pictureInput } from './ffmpeg-arguments.js';
import { oneFrameEach, picturePad } from './frame-times.js';
import type { Size } from './picture-size.js';
import type { Seek } from './seek-frame.js';
import { rgbFrames, rgbToJpeg, sourceFilters } from './video-filters.js';

export interface FrameOutput extends ShownSource {
  readonly inputPath: string;
  readonly size: Size;
  /** Also as `frame-000.jpg` …, see `jpegName`, in the folder it runs in. */
  readonly withJpegs: boolean;
}

export const jpegName = (index: number): string => `frame-${String(index).padStart(3, '0')}.jpg`;
const jpegQuality = ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '2'] as const;

const frameOutputs = (
  output: FrameOutput,
  select: readonly string[],
  count: number,
  firstIndex: number,
): readonly string[] => {
  const { video, size, withJpegs } = output;
  const filters = [...select, ...sourceFilters(output, size), ...rgbFrames(size)].join(',');
  const split = withJpegs ? `,split=2[raw][rgb];[rgb]${rgbToJpeg.join(',')}[jpeg]` : '[raw]';
  const limit = ['-frames:v', String(count), ...nothingButTheStream];
  return [
    '-filter_complex',
    `${picturePad(video)}${filters}${split}`,
    ...['-map', '[raw]', ...limit, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ...(withJpegs
      ? [
          '-map',
          '[jpeg]',
          ...limit,
          ...jpegQuality,
          '-start_number',
          String(firstIndex),
          '-f',
          'image2',
          'frame-%03d.jpg',
        ]
      : []),
  ];
};

/** `count` frames, each at the same `phase` (0..1) of as many intervals, from one decode. */
export const inOnePassArguments = (
  output: FrameOutput,
  {
    intervalSeconds,
    phase,
    count,
  }: { readonly intervalSeconds: number; readonly phase: number; readonly count: number },
): readonly string[] =>
  ffmpegArguments(
    [
      '-max_error_rate',
      '1',
      ...pictureInput(output),
      // A still picture, as cover art is, has no rate to be sampled at.
      ...frameOutputs(output, intervalSeconds > 0 ? oneFrameEach(intervalSeconds, phase) : [], count, 0),
    ],
    'level+info',
  );

/** The frame that a seek lets through, as picture number `index`. */
export const oneFrameArguments = (
  output: FrameOutput,
  { beforeInput, select }: Seek,
  index: number,
): readonly string[] =>
  ffmpegArguments(
    ['-max_error_rate', '1', ...pictureInput(output, beforeInput), ...frameOutputs(output, select, 1, index)],
    'level+info',
  );
