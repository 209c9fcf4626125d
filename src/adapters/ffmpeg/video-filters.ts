import { colourPlan, exactly, type ShownSource } from './colour-plan.js';
import { named, servedColours } from './colours.js';
import { fittedFrames, smallestFitted } from './fitted-frames.js';
import { turningFilters } from './orientation.js';
import type { Size } from './picture-size.js';

/**
 * From decoded frames to upright frames a viewer can be shown. `largest` is the largest size made of them. Their colours
 * are named first, because filters guess what a file leaves out, or refuse it ("no path between colorspaces"). Only what
 * fits them bears frames of another size.
 */
export function sourceFilters(source: ShownSource, largest: Size): readonly string[] {
  const { codedWidth, codedHeight } = source.video;
  const { read, first, prepare } = colourPlan(source);
  return [
    named(read),
    ...fittedFrames(source.video, first?.options, first?.format),
    // Lets progressive frames through untouched; what is smaller it refuses.
    Math.min(codedWidth, codedHeight) >= smallestFitted ? 'yadif=deint=interlaced' : 'null',
    ...turningFilters(source.video),
    ...prepare(largest),
  ];
}

/**
 * Square pixels of exactly this size, in other colours where a conversion is named. One that changes nothing is not to be
 * named: `scale` goes over every pixel for it.
 */
const scaled = ({ width, height }: Size, conversion?: string): readonly string[] => [
  `scale=${width}:${height}:${conversion ? `${exactly}:${conversion}` : 'flags=bicubic'}`,
  'setsar=1',
];

/** Frames of a rendition: 8 bits, studio range, tagged, of what `sourceFilters` gives. */
export function renditionFrames(source: ShownSource, size: Size): readonly string[] {
  const { prepared } = colourPlan(source);
  const served = servedColours(prepared);
  const conversion = [
    ...(served.matrix === prepared.matrix ? [] : [`out_color_matrix=${served.matrix}`]),
    ...(served.range === prepared.range ? [] : [`out_range=${served.range}`]),
  ];
  return [...scaled(size, conversion.join(':')), 'format=yuv420p', named(served)];
}

const toJpegColours = 'out_color_matrix=bt601:out_range=pc';

/** Frames for a JPEG, which means BT.601 in full range to whoever shows it and cannot say otherwise (JFIF 1.02). */
export const jpegFrames = (size: Size): readonly string[] => [
  ...scaled(size, toJpegColours),
  'format=yuv420p',
];

/** Frames of red, green and blue. */
export const rgbFrames = ({ width, height }: Size): readonly string[] => [
  `scale=${width}:${height}:${exactly}`,
  'setsar=1',
  'format=rgb24',
];

/** From those to frames for a JPEG. */
export const rgbToJpeg: readonly string[] = [`scale=${exactly}:${toJpegColours}`, 'format=yuv420p'];
