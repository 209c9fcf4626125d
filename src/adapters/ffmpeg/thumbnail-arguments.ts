import type { ShownSource } from './colour-plan.js';
import { ffmpegArguments, nothingButTheStream, onlyKeyframes, pictureInput } from './ffmpeg-arguments.js';
import { oneFrameEach, picturePad } from './frame-times.js';
import { fitInSquare } from './picture-size.js';
import { miniature } from './poster-choice.js';
import type { Seek } from './seek-frame.js';
import type { StoryboardPlan } from './storyboard-plan.js';
import { jpegFrames, sourceFilters } from './video-filters.js';

export const spriteName = (index: number): string => `sprite-${String(index).padStart(3, '0')}.jpg`;
const posterSidePixels = 1280;

const jpeg = (quality: number): readonly string[] => [
  ...nothingButTheStream,
  ...['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', String(quality), '-f', 'image2'],
];

const asMiniature = `scale=${miniature.width}:${miniature.height},format=gray`;

export interface PictureSource extends ShownSource {
  readonly inputPath: string;
}

/** The last keyframe may lie many tiles before the end. */
const lastFrameToTheEnd = ({ tileCount }: StoryboardPlan): string => `tpad=stop_mode=clone:stop=${tileCount}`;
/** `fps` keeps the last of all frames to itself. To be put where a frame rate is still known. */
const framesAfterTheLast = ({ intervalSeconds }: StoryboardPlan): string =>
  `tpad=stop_mode=clone:stop_duration=${intervalSeconds.toFixed(3)}`;

/** Sprite sheets into the folder it runs in, and on stdout a grey miniature of every tile. */
export function storyboardArguments(source: PictureSource, plan: StoryboardPlan): readonly string[] {
  // A single frame has no rate to be sampled at.
  const select = plan.tileCount > 1 ? [...oneFrameEach(plan.intervalSeconds), lastFrameToTheEnd(plan)] : [];
  const tiles = [...select, ...sourceFilters(source, plan.tile), ...jpegFrames(plan.tile)].join(',');
  return ffmpegArguments([
    '-max_error_rate',
    '1',
    ...pictureInput(source, plan.keyframesOnly ? onlyKeyframes : []),
    '-filter_complex',
    `${picturePad(source.video, { first: framesAfterTheLast(plan) })}${tiles},trim=end_frame=${plan.tileCount},split=2[tiles][small];` +
      `[tiles]tile=${plan.columns}x${plan.rows}[sheets];[small]${asMiniature}[grey]`,
    ...['-map', '[grey]', ...nothingButTheStream, '-f', 'rawvideo', 'pipe:1'],
    ...['-map', '[sheets]', '-start_number', '0', ...jpeg(2), 'sprite-%03d.jpg'],
  ]);
}

/** A poster from the frame that a seek lets through, upright and no larger than the video, and its grey miniature on stdout. */
export function posterArguments(
  source: PictureSource,
  { beforeInput, select }: Seek,
  fileName: string,
): readonly string[] {
  const size = fitInSquare(source.video, posterSidePixels);
  const upright = sourceFilters(source, size);
  const filters = [...select, ...upright, ...jpegFrames(size)].join(',');
  const single = ['-frames:v', '1'] as const;
  return ffmpegArguments(
    [
      '-max_error_rate',
      '1',
      ...pictureInput(source, beforeInput),
      '-filter_complex',
      `${picturePad(source.video)}${filters},split=2[poster][small];[small]${asMiniature}[grey]`,
      ...['-map', '[grey]', ...single, ...nothingButTheStream, '-f', 'rawvideo', 'pipe:1'],
      ...['-map', '[poster]', ...single, ...jpeg(2), '-update', '1', fileName],
    ],
    'level+info',
  );
}
