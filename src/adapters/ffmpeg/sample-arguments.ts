import type { VideoStreamProbe } from '../../core/video-tools.js';
import { ffmpegArguments, nothingButTheStream, pictureInput } from './ffmpeg-arguments.js';
import type { Seek } from './seek-frame.js';
import { oneFrameEach, picturePad, type Size, scaledTo, sourceFilters } from './video-filters.js';

export interface FrameOutput {
  readonly inputPath: string;
  readonly video: VideoStreamProbe;
  readonly size: Size;
  readonly toneMapping: boolean;
  /** Also as `frame-000.jpg` …, see `jpegName`, in the folder it runs in. */
  readonly withJpegs: boolean;
}

export const jpegName = (index: number): string => `frame-${String(index).padStart(3, '0')}.jpg`;
const jpegQuality = ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '3'] as const;

const frameOutputs = (
  { video, size, toneMapping, withJpegs }: FrameOutput,
  select: readonly string[],
  count: number,
  firstIndex: number,
): readonly string[] => {
  const filters = [...select, ...sourceFilters(video, size, toneMapping), ...scaledTo(size)].join(',');
  const split = withJpegs ? ',split=2[raw][jpeg]' : '[raw]';
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
      ...pictureInput(output.inputPath),
      ...frameOutputs(output, oneFrameEach(intervalSeconds, phase), count, 0),
    ],
    'level+warning',
  );

/** The frame that a seek lets through, as picture number `index`. */
export const oneFrameArguments = (
  output: FrameOutput,
  { beforeInput, select }: Seek,
  index: number,
): readonly string[] =>
  ffmpegArguments(
    [
      '-max_error_rate',
      '1',
      ...pictureInput(output.inputPath, beforeInput),
      ...frameOutputs(output, select, 1, index),
    ],
    'level+info',
  );
