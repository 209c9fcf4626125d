import { guardedInput } from './allow-lists.js';
import { ffmpegArguments, nothingButTheStream, pictureInput } from './ffmpeg-arguments.js';
import { picturePad } from './frame-times.js';
import type { Size } from './picture-size.js';
import type { Seek } from './seek-frame.js';
import type { PictureSource } from './thumbnail-arguments.js';
import { rgbFrames, sourceFilters } from './video-filters.js';

/** Up to `count` small upright frames from where a seek leads, without loss, for palettes to be tried on. */
export const gifFramesArguments = (
  source: PictureSource,
  { beforeInput, select }: Seek,
  { size, count, fileName }: { readonly size: Size; readonly count: number; readonly fileName: string },
): readonly string[] =>
  ffmpegArguments(
    [
      ...['-max_error_rate', '1', ...pictureInput(source, beforeInput)],
      '-filter_complex',
      `${picturePad(source.video)}${[...select, ...sourceFilters(source, size), ...rgbFrames(size)].join(',')}[frames]`,
      ...['-map', '[frames]', '-frames:v', String(count), ...nothingButTheStream],
      ...['-c:v', 'ffv1', '-pix_fmt', 'bgr0', '-f', 'matroska', fileName],
    ],
    'level+info',
  );

/** How much of a GIF is let go of for its size. */
export interface GifQuality {
  /** One frame of so many is kept. */
  readonly everyNth: number;
  readonly colours: number;
}

/** A GIF that repeats for ever, in the colours that its own frames have most of. */
export const gifArguments = (
  framesPath: string,
  { everyNth, colours }: GifQuality,
  fileName: string,
): readonly string[] =>
  ffmpegArguments([
    ...guardedInput(framesPath),
    '-filter_complex',
    `[0:v]framestep=${everyNth},split=2[frames][seen];[seen]palettegen=max_colors=${colours}[palette];` +
      // An ordered pattern stands still where the picture does, which error diffusion does not.
      '[frames][palette]paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle[gif]',
    ...['-map', '[gif]', ...nothingButTheStream, '-loop', '0', '-f', 'gif', fileName],
  ]);
